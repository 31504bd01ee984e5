import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { afterEach, expect } from "vitest";
import { statusCommand } from "../../src/cli/commands/status.ts";
import { treeCommand } from "../../src/cli/commands/tree.ts";
import { folderName } from "../../src/protocol/ids.ts";
import { formatTask } from "../../src/protocol/task-document.ts";
import type { Status, TreeNode } from "../../src/terminal/facts.ts";
import { standsText } from "../../src/terminal/text.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { task } from "../protocol/any-task.ts";
import { quickOrFull } from "../suite-size.ts";
import { shows, Viewer } from "./viewer.ts";

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

const file = fc.record({
  task,
  agent: fc.constantFrom("lead", "worker"),
  isOpen: fc.boolean(),
  ended: fc.constantFrom(1_000, 3_600_000, 48 * 3_600_000),
  place: fc.constantFrom("task", "task", "task", "dead", "inbox"),
});

/** Tasks as the runtime writes them, messages that lie there, letters that nobody could read. */
function rootOf(files: readonly (typeof file extends fc.Arbitrary<infer F> ? F : never)[]): string {
  const root = mkdtempSync(join(tmpdir(), "clawflow-top-"));
  roots.push(root);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const agent of ["lead", "worker"])
    for (const folder of ["inbox", "dead", "outbox/pending"])
      mkdirSync(join(root, agent, "mailbox", folder), { recursive: true });
  for (const { task: any, agent, isOpen, ended, place } of files) {
    const { finished_at, ...open } = any;
    const at = new Date(Date.now() - ended).toISOString();
    const { text } = formatTask(finished_at === undefined ? open : { ...open, finished_at: at });
    const folder = folderName(any.task_id);
    if (place !== "task") write(`${agent}/mailbox/${place}/${folder}.md`, "Buy milk\u001b[31m.\n");
    else {
      write(`${agent}/tasks/${folder}/task.md`, text);
      if (isOpen) write(`${agent}/.clawflow/base/${folder}.md`, text);
    }
  }
  return root;
}

async function printed<T>(run: (io: ReturnType<typeof fakeIo>) => Promise<unknown>): Promise<T> {
  const io = fakeIo();
  await run(io);
  return JSON.parse(io.outText()) as T;
}

property.prop([fc.array(file, { maxLength: 6 })], { numRuns: quickOrFull(20, 1000) })(
  "the view says what `clawflow status --json` and `clawflow tree --json` say",
  async (files) => {
    const root = rootOf(files);
    const viewer = await new Viewer(root).look();
    const status = await printed<Status>((io) => statusCommand(io, undefined, { root, json: true }));
    const needs = viewer.section("Needs you");
    expect([needs.count, needs.lines.length]).toEqual([status.problems.length, status.problems.length]);
    for (const [at, { agent, kind, text, task_id, subtask, file: path }] of status.problems.entries()) {
      const name = task_id === undefined ? (path ?? agent) : [task_id, subtask].filter(Boolean).join("/");
      shows(needs.lines[at], name, agent, kind, text);
    }
    const inbox = viewer.section("In the inbox");
    expect(inbox.lines.length).toBe(status.waiting.length);
    for (const [at, { agent, messages }] of status.waiting.entries())
      shows(inbox.lines[at], agent, `${messages} message`);

    // A text that is looked for brings the parts of what runs as well, which else are in its tree.
    viewer.press(
      { key: "text", text: "/" },
      { key: "text", text: "e" },
      { key: "backspace" },
      { key: "enter" },
    );
    const running = viewer.section("Running");
    const isBelow = (id: string) => status.running.some((other) => id.startsWith(`${other.task_id}.`));
    const jobs = status.running.filter((one) => one.depth === 0 || !isBelow(one.task_id));
    expect(running.lines.length).toBeGreaterThanOrEqual(jobs.length);
    for (const one of jobs) {
      const line = running.lines.find(
        (text) => text.slice(2).startsWith(`${one.task_id} `) && text.includes(one.agent),
      );
      shows(line, one.task_id, one.agent, standsText(one.standing), one.title);
    }
    const finished = viewer.section("Finished");
    expect(finished.count).toBe(status.finished.length);
    for (const [at, one] of status.finished.entries())
      shows(finished.lines[at], one.task_id, one.agent, one.status, one.error || one.title);

    const [first] = [...status.running, ...status.finished];
    if (first === undefined) return;
    const { agent, task_id } = first;
    viewer.state = {
      ...viewer.state,
      places: [{ view: { view: "task", agent, task: task_id, tab: "tree" }, index: 0, top: 0, query: "" }],
    };
    const tree = await printed<TreeNode>((io) => treeCommand(io, task_id, { root, agent, json: true }));
    const rows = (await viewer.look()).lines().slice(2);
    for (const [at, node] of [tree, ...tree.children].entries()) {
      const said = node.standing.state === "finished" ? "" : standsText(node.standing);
      shows(
        rows[at],
        node.subtask ?? node.task_id ?? "",
        node.agent,
        said,
        node.error ?? node.summary ?? node.title,
      );
    }
  },
);
