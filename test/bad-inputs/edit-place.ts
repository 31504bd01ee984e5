import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { HostEvent } from "../../src/host/events.ts";
import type { Host } from "../../src/host/host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { isFinal } from "../../src/loop/phase.ts";
import { faultsOf } from "../host/files.ts";
import { until } from "../host/until.ts";
import { readIf } from "./bad-team.ts";
import type { Case, Result } from "./cases.ts";
import { fillIn, makeBytes } from "./make-input.ts";
import { notIn } from "./not-in.ts";

const AGENTS = ["lead", "worker"];
const TRUE_ANSWER = "before done: before\npart done: the true result\nafter done: after";
const PATIENCE = 30_000;

/** A job of a person whose subtask `part` is held, and a case that is done to its task.md. */
interface Edited {
  one: Case;
  id: string;
  path: string;
}

/** A host in this process, with a job for every case. */
class EditPlace {
  readonly folder = mkdtempSync(join(tmpdir(), "clawflow-bad-edit-"));
  readonly root = join(this.folder, "agents");
  readonly outside = join(this.folder, "outside");
  readonly events: HostEvent[] = [];
  readonly #gate = withResolvers();
  host!: Host;

  async start(): Promise<void> {
    mkdirSync(this.outside);
    writeFileSync(join(this.outside, "secret.md"), SECRET);
    const lead: BrainFunction = ({ kind, results = {} }) =>
      kind === "consider"
        ? { subtasks: SUBTASKS }
        : Object.entries(results)
            .map(([id, { status, results: text }]) => `${id} ${status}: ${text}`)
            .join("\n");
    const worker: BrainFunction = async ({ task }) => {
      if (task.instructions !== "hold") return task.instructions;
      await this.#gate.promise;
      return "the true result";
    };
    this.host = await createHost({
      root: this.root,
      durability: "os",
      look: 50,
      limits: { brains: 300 },
      agents: {
        lead: { brain: lead, peers: ["worker"], concurrency: 300 },
        worker: { brain: worker, concurrency: 300 },
      },
    });
    this.host.on((event) => this.events.push(event));
    await this.host.start();
  }

  async give(one: Case): Promise<Edited> {
    const { task_id: id } = await submitTask(this.host, "lead", { title: "Job", instructions: "Go" });
    return { one, id, path: join(this.root, "lead", "tasks", id, "task.md") };
  }

  async held({ id, path }: Edited): Promise<void> {
    const isHeld = () => /^ {2}part:\n(?: {4}.*\n)*? {4}status: dispatched$/m.test(readIf(path) ?? "");
    await until(() => isHeld() || undefined, `part of ${id} under way`, PATIENCE);
  }

  release(): void {
    this.#gate.resolve();
  }

  async remove(): Promise<void> {
    this.release();
    await this.host.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const SECRET = "---\ntitle: Secret\n---\n# Task: Secret\n";
const SUBTASKS = {
  before: { agent: "worker", description: "before", depends_on: [] },
  part: { agent: "worker", description: "hold", depends_on: ["before"] },
  after: { agent: "worker", description: "after", depends_on: ["part"] },
};

function withResolvers() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Does every case to a task.md of a running job, and looks what comes of it; then every job must end as it would have. */
export async function runEdits(cases: readonly Case[]): Promise<Result[]> {
  const place = new EditPlace();
  await place.start();
  try {
    const jobs: Edited[] = [];
    for (const one of cases) jobs.push(await place.give(one));
    for (const job of jobs) await place.held(job);
    for (const job of jobs) edit(place, job);
    const results: Result[] = [];
    for (const job of jobs) results.push({ case: job.one, wrong: await orError(() => lookAt(place, job)) });
    place.release();
    for (const [n, job] of jobs.entries())
      results[n]?.wrong.push(...(await orError(() => lookAtEnd(place, job))));
    await place.host.stop();
    const wrong = faultsOf(place.root, AGENTS).map((fault) => `verify: ${JSON.stringify(fault)}`);
    if (readIf(join(place.outside, "secret.md")) !== SECRET) wrong.push("the file outside has changed");
    if (existsSync(join(place.outside, "ran"))) wrong.push("something was run");
    results.push({ case: { group: "edit", name: "all of them", where: ["edit"] }, wrong });
    return results;
  } finally {
    await place.remove();
  }
}

async function orError(look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function edit(place: EditPlace, { one, id, path }: Edited): void {
  const names = { id, task: id, outside: place.outside };
  const given = one.edit ?? {};
  const before = readFileSync(path, "utf8");
  if (given.made_as !== undefined) {
    makeOther(place, given.made_as, path);
    return;
  }
  const whole = given.text ?? one.text;
  if (whole !== undefined || one.bytes !== undefined) {
    writeFileSync(path, makeBytes(whole === undefined ? one : { ...one, text: whole }, names));
    return;
  }
  let text = before;
  for (const [from, to] of given.replace ?? []) {
    const next = text.replace(from, () => fillIn(to, names));
    if (next === text) throw new Error(`${one.name}: ${from} is not in the task.md:\n${text}`);
    text = next;
  }
  if (one.lines !== undefined)
    text = text.replace("\n---\n", () => `\n${fillIn(one.lines ?? "", names)}---\n`);
  writeFileSync(path, one.bytes_for === undefined ? text : makeBytes({ ...one, text }, names));
}

function makeOther(place: EditPlace, kind: string, path: string): void {
  if (kind === "renamed") {
    renameSync(path, `${path}.away`);
    return;
  }
  rmSync(path);
  if (kind === "link") symlinkSync(join(place.outside, "secret.md"), path);
  if (kind === "folder") mkdirSync(path);
  if (kind === "fifo") execFileSync("mkfifo", [path]);
}

async function lookAt(place: EditPlace, { one, id, path }: Edited): Promise<string[]> {
  const told = (type: "edit:refused" | "edit:taken") =>
    place.events.find((event) => event.type === type && "task" in event && event.task === id);
  const problem = () => readIf(path.replace(/task\.md$/, "task.problem.md")) ?? "";
  if (one.edit?.made_as === "nothing" || one.edit?.made_as === "renamed" || one.left === true) {
    await until(() => /^task_id: /m.test(readIf(path) ?? "") || undefined, "the text again", PATIENCE);
    return [];
  }
  const event = await until(() => told("edit:refused") ?? told("edit:taken"), "word of the edit", PATIENCE);
  if (event.type === "edit:taken") {
    if (one.edit?.partly !== undefined) {
      const found = await until(() => problem() || undefined, "task.problem.md", PATIENCE);
      return new RegExp(one.edit.partly).test(found) ? [] : [`not taken: ${found}`];
    }
    if (one.taken === undefined) return [`it was taken; ${problem()}`];
    return notIn(JSON.parse(JSON.stringify(place.host.task("lead", id))), one.taken);
  }
  const text = "text" in event ? event.text : "";
  const [code = "nothing", at = ""] = (one.refused ?? "").split(" ");
  const wrong: string[] = [];
  if (!text.startsWith(`${code}: `) || !text.includes(at)) wrong.push(`refused with ${text}`);
  if (one.says !== undefined && !new RegExp(one.says).test(text))
    wrong.push(`does not say ${one.says}: ${text}`);
  const found = await until(() => problem() || undefined, "task.problem.md", PATIENCE);
  if (!found.includes(text.slice(0, 60))) wrong.push(`the problem is ${found}`);
  return wrong;
}

/** The job ends as if nothing had been written, but where the case says otherwise. */
async function lookAtEnd(place: EditPlace, { one, id }: Edited): Promise<string[]> {
  const task = await until(
    () => {
      const now = place.host.task("lead", id);
      return now !== undefined && isFinal(now) ? now : undefined;
    },
    "the end of the job",
    PATIENCE,
  );
  if (one.ends !== undefined) return task.status === one.ends ? [] : [`it ended ${task.status}`];
  return task.text.output === TRUE_ANSWER
    ? []
    : [`it ended ${task.status}: ${task.text.output}${task.error}`];
}
