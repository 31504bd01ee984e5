import { fc } from "@fast-check/vitest";
import type { SubtaskEdit, TaskEdit } from "../../src/protocol/edit.ts";
import { formatTask } from "../../src/protocol/format-task.ts";
import { splitFrontmatter } from "../../src/protocol/frontmatter.ts";
import { parseSections } from "../../src/protocol/sections.ts";
import type { Subtask, Task } from "../../src/protocol/task.ts";
import { TASK_SECTIONS, type TaskSection, taskHeading } from "../../src/protocol/task-sections.ts";
import { wellFormed } from "../../src/protocol/well-formed.ts";
import { hostileText, record, subtaskId } from "./arbitraries.ts";

const words = fc.stringMatching(/^[a-z]{1,6}( [a-z]{1,6}){0,3}$/);
/** Plain lines, or anything between marks. */
const sectionText = fc.oneof(words, hostileText);
const headText = fc.oneof(words, hostileText);
const amounts = fc.record({ tokens: fc.nat(), usd: fc.nat(99) });
const own = fc.dictionary(
  fc.constantFrom("mood", "owner", "x_a"),
  fc.constantFrom("Ann", 4, true, ["a"], { b: 1 }),
  {
    maxKeys: 2,
    noNullPrototype: true,
  },
);
const subtaskWish = record(
  {},
  {
    agent: fc.constantFrom("poet", "cook"),
    description: headText,
    instructions: fc.option(headText),
    context: fc.option(headText),
    expected_output: fc.option(headText),
    depends_on: fc.array(subtaskId, { maxLength: 2 }),
    timeout: fc.option(fc.constantFrom("7m", "3h")),
    max_attempts: fc.option(fc.integer({ min: 6, max: 9 })),
    budget: fc.option(amounts),
    status: fc.constantFrom("pending", "done", "cancelled"),
    results: sectionText,
    paused: fc.constant(true),
    answer: headText,
    own,
  },
) as fc.Arbitrary<SubtaskEdit>;

/** What a person wants of any task; what it already says is no change of it. */
export const wish = fc.record({
  edit: record(
    {},
    {
      title: words,
      instructions: sectionText,
      context: sectionText,
      expected_output: sectionText,
      notes: sectionText,
      policy: record(
        {},
        {
          concurrency: fc.integer({ min: 10, max: 20 }),
          on_failure: fc.constantFrom("fail-fast", "continue"),
        },
      ),
      budget: fc.option(amounts),
      deadline: fc.option(fc.constantFrom("2h", "90s")),
      paused: fc.boolean(),
      approved: fc.boolean(),
      reason: words,
      answer: headText,
      status: fc.constantFrom("done", "failed", "cancelled"),
      output: sectionText,
      error: headText,
      own,
    },
  ) as fc.Arbitrary<TaskEdit>,
  subtasks: fc.array(fc.option(subtaskWish, { freq: 4 }), { maxLength: 5 }),
  added: fc.dictionary(subtaskId, subtaskWish, { maxKeys: 2, noNullPrototype: true }),
  /** Ways of writing: the title in the heading, a decision beside `waiting:`, marks, a list of one as a text, results of the removed left. */
  way: fc.nat(1023),
});
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;

/** A person writes line by line what they want into the text of a task. @returns the text, and the edit that it is */
export function writeEdit(
  task: Task,
  { edit, subtasks, added, way }: Wish,
): { text: string; edit: TaskEdit } {
  const page = new Page(formatTask(task).text, way);
  const made: TaskEdit = {
    ...writeTaskFields(page, task, edit),
    ...writeTexts(page, task, edit),
    ...writeEnding(page, task, edit),
    ...page.own([], task.extra, edit.own),
  };
  const changed: [string, SubtaskEdit | null][] = [];
  [...task.subtasks].forEach(([id, subtask], index) => {
    const wanted = subtasks[index];
    if (wanted === null) {
      page.remove(["subtasks", id]);
      if (page.way(1)) page.setSection(id, undefined);
      changed.push([id, null]);
    } else if (wanted !== undefined) {
      const found = writeSubtask(page, id, subtask, wanted);
      if (Object.keys(found).length > 0) changed.push([id, found]);
    }
  });
  for (const [id, wanted] of Object.entries(added)) {
    if (task.subtasks.has(id)) continue;
    changed.push([id, addSubtask(page, id, wanted)]);
  }
  if (changed.length > 0) made.subtasks = Object.fromEntries(changed);
  return { text: page.text(), edit: made };
}

function writeTaskFields(page: Page, task: Task, edit: TaskEdit): TaskEdit {
  const made: TaskEdit = {};
  if (edit.title !== undefined && edit.title !== task.title) {
    if (page.way(2)) page.setTitle(edit.title);
    else page.set(["title"], edit.title);
    made.title = edit.title;
  }
  const policy = Object.entries(edit.policy ?? {}).filter(
    ([key, value]) => value !== task.policy[key as "concurrency"],
  );
  if (policy.length > 0) {
    made.policy = Object.fromEntries(policy);
    page.set(["policy"], { ...task.policy, ...made.policy });
  }
  if (edit.budget !== undefined && !(edit.budget === null && task.budget === undefined)) {
    made.budget = edit.budget;
    page.set(["budget"], edit.budget);
  }
  if (edit.deadline !== undefined && !(edit.deadline === null && task.deadline === undefined)) {
    made.deadline = edit.deadline;
    page.set(["deadline"], edit.deadline);
  }
  if (edit.paused !== undefined && edit.paused !== (task.paused ?? false)) {
    made.paused = edit.paused;
    page.set(["paused"], edit.paused || (page.way(4) ? false : null));
  }
  const decision = {
    ...(edit.approved === undefined ? {} : { approved: edit.approved }),
    ...(edit.approved === undefined || edit.reason === undefined ? {} : { reason: edit.reason }),
    ...(edit.answer === undefined ? {} : { answer: edit.answer }),
  };
  const written: Record<string, unknown> = { ...decision };
  if (edit.approved !== undefined && page.way(8)) written.approved = edit.approved ? "yes" : "no";
  if (task.waiting !== undefined && page.way(16)) page.set(["waiting"], { ...task.waiting, ...written });
  else for (const [key, value] of Object.entries(written)) page.set([key], value);
  return { ...made, ...decision };
}

function writeTexts(page: Page, task: Task, edit: TaskEdit): TaskEdit {
  const made: TaskEdit = {};
  for (const key of ["instructions", "context", "expected_output", "notes"] as const) {
    const text = edit[key];
    if (text === undefined || sameBlanks(text, task.text[key])) continue;
    page.setSection(key, text);
    made[key] = text;
  }
  return made;
}

function writeEnding(page: Page, task: Task, edit: TaskEdit): TaskEdit {
  const { status } = edit;
  if (status === undefined || status === task.status) return {};
  page.set(["status"], status);
  if (status === "done") {
    const output = edit.output ?? task.text.output;
    if (edit.output !== undefined)
      page.setSection(task.mode === "coordinating" ? "synthesised" : "results", output);
    return output === "" ? { status } : { status, output };
  }
  if (edit.error !== undefined) page.set(["error"], edit.error);
  const error = edit.error ?? (task.error === undefined ? undefined : wellFormed(task.error));
  return error === undefined ? { status } : { status, error };
}

const FIELDS = [
  "agent",
  "description",
  "instructions",
  "context",
  "expected_output",
  "depends_on",
  "timeout",
  "max_attempts",
  "budget",
] as const;

function writeSubtask(page: Page, id: string, subtask: Subtask, wanted: SubtaskEdit): SubtaskEdit {
  const made: Record<string, unknown> = {};
  for (const key of FIELDS) {
    const value = wanted[key];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(subtask[key] ?? null)) continue;
    page.set(["subtasks", id, key], page.written(key, value));
    made[key] = value;
  }
  if (wanted.status !== undefined && wanted.status !== subtask.status) {
    page.set(["subtasks", id, "status"], wanted.status);
    made.status = wanted.status;
  }
  const had = subtask.results === undefined ? undefined : wellFormed(subtask.results);
  const isNew = wanted.results !== undefined && !sameBlanks(wanted.results, had ?? "");
  if (isNew) page.setSection(id, wanted.results);
  const results = isNew ? wanted.results : had;
  if (isNew || (made.status === "done" && results !== undefined)) made.results = results;
  for (const key of ["paused", "answer"] as const) {
    if (wanted[key] === undefined) continue;
    page.set(["subtasks", id, key], wanted[key]);
    made[key] = wanted[key];
  }
  return { ...made, ...page.own(["subtasks", id], subtask.extra, wanted.own) };
}

function addSubtask(page: Page, id: string, wanted: SubtaskEdit): SubtaskEdit {
  const { results, answer: _, own: keys = {}, ...fields } = { agent: "poet", ...wanted };
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  const written = given.map(([key, value]) => [key, page.written(key, value)]);
  page.add(id, { ...Object.fromEntries(written), ...keys });
  const made: SubtaskEdit = Object.fromEntries(given);
  if (made.status === "pending") delete made.status;
  if (results !== undefined && results !== "") {
    page.setSection(id, results);
    made.results = results;
  }
  return Object.keys(keys).length === 0 ? made : { ...made, own: keys };
}

function sameBlanks(a: string, b: string): boolean {
  const plain = (text: string) => text.split(/\r*\n|\r/).map((line) => line.trimEnd());
  return plain(a).join("\n").trim() === plain(wellFormed(b)).join("\n").trim();
}

/** The text of a task.md as the runtime writes it, changed line by line. */
class Page {
  #head: string[];
  #body: string;
  readonly #way: number;

  constructor(text: string, way: number) {
    const { body } = splitFrontmatter(text);
    this.#head = text
      .slice("---\n".length, text.length - body.length - "---\n".length)
      .split("\n")
      .slice(0, -1);
    this.#body = body;
    this.#way = way;
  }

  way(bit: number): boolean {
    return (this.#way & bit) !== 0;
  }

  text(): string {
    return `---\n${this.#head.join("\n")}\n---\n${this.#body}`;
  }

  written(key: string, value: unknown): unknown {
    return key === "depends_on" && Array.isArray(value) && value.length === 1 && this.way(32)
      ? value[0]
      : value;
  }

  /** `null` removes the line. */
  set(path: string[], value: unknown): void {
    const key = path.at(-1) as string;
    const indent = "  ".repeat(path.length - 1);
    const lines = value === null ? [] : [`${indent}${key}: ${JSON.stringify(value)}`];
    const [from, to] = this.#place(path) ?? this.#endOf(path.slice(0, -1));
    this.#head.splice(from, to - from, ...lines);
  }

  remove(path: string[]): void {
    const [from, to] = this.#place(path) as [number, number];
    this.#head.splice(from, to - from);
  }

  add(id: string, fields: object): void {
    if (this.#place(["subtasks"]) === undefined) this.#head.push("subtasks:");
    const lines = Object.entries(fields).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
    const [at] = this.#endOf(["subtasks"]);
    this.#head.splice(at, 0, `  ${id}:`, ...lines);
  }

  /** Keys of one's own: those wanted are set, of those there was the first goes. */
  own(path: string[], before: object = {}, wanted: object = {}): { own?: Record<string, unknown> } {
    const made: Record<string, unknown> = {};
    const gone = Object.keys(before)[0];
    if (gone !== undefined && this.way(64) && !Object.hasOwn(wanted, gone)) {
      this.#removeKey(path, gone);
      made[gone] = null;
    }
    for (const [key, value] of Object.entries(wanted)) {
      if (JSON.stringify((before as Record<string, unknown>)[key]) === JSON.stringify(value)) continue;
      this.set([...path, key], value);
      made[key] = value;
    }
    return Object.keys(made).length === 0 ? {} : { own: made };
  }

  #removeKey(path: string[], key: string): void {
    const [from, to] = this.#place([...path, key]) as [number, number];
    this.#head.splice(from, to - from);
  }

  /** The lines of a key: its own and those that stand deeper. */
  #place(path: string[]): [number, number] | undefined {
    let from = 0;
    let to = this.#head.length;
    for (const [level, key] of path.entries()) {
      const indent = "  ".repeat(level);
      const names = [key, JSON.stringify(key)];
      const found = this.#head
        .slice(from, to)
        .findIndex((line) => names.some((name) => line.startsWith(`${indent}${name}:`)));
      if (found === -1) return undefined;
      const at = from + found;
      let end = at + 1;
      while (end < to && (this.#head[end] === "" || this.#head[end]?.startsWith(`${indent} `))) end += 1;
      from = level === path.length - 1 ? at : at + 1;
      to = end;
    }
    return [from, to];
  }

  #endOf(path: string[]): [number, number] {
    if (path.length === 0) return [0, 0];
    const [, to] = this.#place(path) as [number, number];
    return [to, to];
  }

  setTitle(title: string): void {
    this.#body = this.#body.replace(/^# Task:.*$/m, () => `# Task: ${title}`);
  }

  /** `undefined` removes the section. */
  setSection(name: string, text: string | undefined): void {
    const heading = TASK_SECTIONS[name as TaskSection];
    const { sections } = parseSections(this.#body, taskHeading);
    const found = sections.find(({ key }) => key === (heading === undefined ? `subtask:${name}` : name));
    if (text === undefined && found === undefined) return;
    const line = heading === undefined ? `### ${name}` : `## ${heading}`;
    const whole = text === undefined ? "" : `${line}\n\n${this.#content(name, text)}\n\n`;
    const [from, to] = found === undefined ? this.#newPlace(name) : [found.at[0], found.at[2]];
    this.#body = `${this.#body.slice(0, from).replace(/[^\n]$/, "$&\n")}${whole}${this.#body.slice(to)}`;
  }

  #content(name: string, text: string): string {
    const isPlain = /^[a-z ]+$/.test(text) && text.trim() === text;
    if (isPlain && this.way(128)) return text;
    return `<!-- begin ${name} 00ff00ff -->\n${text}\n<!-- end ${name} 00ff00ff -->`;
  }

  #newPlace(name: string): [number, number] {
    if (TASK_SECTIONS[name as TaskSection] !== undefined) return [this.#body.length, this.#body.length];
    const { sections } = parseSections(this.#body, taskHeading);
    const group = sections.find(({ key }) => key === "subtask_results");
    if (group !== undefined) return [group.at[2], group.at[2]];
    this.#body += "\n## Subtask Results\n\n";
    return [this.#body.length, this.#body.length];
  }
}
