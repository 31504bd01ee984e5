import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { taskOfPerson } from "../../src/host/submit.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { parseTask } from "../../src/protocol/parse-task.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { makeWorkspace } from "../../src/store/make-workspace.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { faultsOf } from "../host/files.ts";
import { type HostProcess, SCRIPTED, up } from "../host/host-process.ts";
import { until } from "../host/until.ts";
import { recordProof } from "../proof/record-proof.ts";
import { chance, pick, type Random, seededRandom, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";

const EDITS = quickOrFull(60, 1000);
/** One kill for so many edits. */
const EDITS_A_KILL = 12;
const AGENTS = ["lead", "a", "b"];

interface Edit {
  token: string;
  agent: string;
  task: string;
  kind: "key and note" | "comment" | "subtask";
}

test(`${EDITS} edits by editors of each way of saving, beside a host that is killed: none is lost, none half taken`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-edits-"));
  onTestFinished(({ task }) => {
    // What a failed run left is to be looked at.
    if (task.result?.state === "fail") console.log(`left in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  });
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const world = new World(folder, seededRandom(seed));
  onTestFinished(() => void world.host?.kill("SIGKILL"));
  await world.start();
  while (world.edits.length < EDITS) {
    await world.ensureJob();
    await Promise.all([world.edit(), world.edit(), world.edit()]);
    if (world.edits.length >= (world.kills + 1) * EDITS_A_KILL) await world.kill();
  }
  await world.settle();
  world.host?.kill("SIGTERM");
  await world.host?.ended;
  world.check();
  console.log(JSON.stringify(world.sum));
  recordProof({
    fault: "F14",
    what: "edits of task.md, saved in four ways, beside a host that works and is killed",
    cases: world.edits.length,
    counts: { jobs: world.jobs.length, kills: world.kills, lost: 0, "half taken": 0, "found by verify": 0 },
  });
});

class World {
  readonly root: string;
  readonly team: string;
  readonly random: Random;
  readonly edits: Edit[] = [];
  readonly jobs: string[] = [];
  readonly sum: Record<string, number> = {};
  host: HostProcess | undefined;
  kills = 0;
  private number = 0;
  /** Editors hold old texts for as long as they like, but two do not write into one file at the same time. */
  private saving: Promise<void> = Promise.resolve();

  constructor(folder: string, random: Random) {
    this.random = random;
    this.root = join(folder, "agents");
    this.team = join(folder, "team.yaml");
    mkdirSync(this.root);
    const brain = { module: SCRIPTED };
    const agents = {
      lead: { brain, peers: ["a", "b"] },
      a: { brain, concurrency: 4 },
      b: { brain, concurrency: 4 },
    };
    writeFileSync(this.team, JSON.stringify({ agents }));
  }

  async start(): Promise<void> {
    this.host = up({ root: this.root, team: this.team });
    await this.host.started;
  }

  async kill(): Promise<void> {
    this.kills++;
    await pause(upTo(this.random, 400));
    this.host?.kill("SIGKILL");
    await this.host?.ended;
    // People go on editing while nothing runs.
    if (chance(this.random, 0.5)) await this.edit();
    await this.start();
  }

  /** There is always a job that runs. */
  async ensureJob(): Promise<void> {
    const last = this.jobs.at(-1);
    if (last !== undefined && !isFinal(this.stateOf("lead", last))) return;
    const split: Record<string, object> = {};
    for (let n = 0; n < 12; n++) {
      const after = n < 2 ? [] : [`s${n - 2}`];
      split[`s${n}`] = {
        agent: n % 2 === 0 ? "a" : "b",
        do: { say: `r:s${n}`, ms: 150 + upTo(this.random, 400) },
        after,
      };
    }
    const message = taskOfPerson(
      "lead",
      { instructions: JSON.stringify({ split }) },
      new Date().toISOString(),
    );
    await makeWorkspace(nodeDisk(), join(this.root, "lead"));
    const delivery = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
    await deliverInto(nodeDisk(), join(this.root, "lead"), delivery, { sync: true });
    this.jobs.push(message.task_id);
    await until(
      () => /^ {4}status: dispatched$/m.test(this.stateOf("lead", message.task_id)) || undefined,
      "the plan",
    );
  }

  /** A person opens a task.md, takes some time, and saves. */
  async edit(): Promise<void> {
    const { random } = this;
    const agent = pick(random, ["lead", "lead", "a", "b"]);
    const tasks = names(join(this.root, agent, "tasks")).filter((name) =>
      name.startsWith(this.jobs.at(-1) ?? "-"),
    );
    const task = tasks[upTo(random, tasks.length - 1)];
    if (task === undefined) return;
    const path = this.path(agent, task);
    const before = read(path);
    const edit: Edit = {
      token: `tok-${++this.number}-x`,
      agent,
      task,
      kind: pick(random, agent === "lead" ? KINDS : KINDS.slice(0, 2)),
    };
    const after = changed(before, edit, chance(random, 0.2));
    if (after === undefined) return;
    await pause(upTo(random, pick(random, [50, 300, 2000])));
    const style = pick(random, Object.keys(STYLES));
    const turn = this.saving.then(async () => {
      // An editor says so when another person has saved meanwhile; what nobody looks at any more is no task to steer.
      const others = this.edits.filter((other) => other.agent === agent && other.task === task);
      const end = performance.now() + 3_000;
      while (others.some((other) => !this.isTaken(other)) && performance.now() < end) await pause(20);
      if (others.some((other) => !this.isTaken(other)) || !this.isOpen(agent, task)) return;
      await STYLES[style]?.(path, after, random);
      this.edits.push(edit);
      this.sum[style] = (this.sum[style] ?? 0) + 1;
    });
    this.saving = turn.catch(() => {});
    await turn;
  }

  /** Until every edit was taken or refused, and every job is over. */
  async settle(): Promise<void> {
    await this.saving;
    const open = () => this.edits.filter((edit) => !this.isTaken(edit));
    await until(() => open().length === 0 || undefined, "the end of every edit").catch((error) => {
      const left = open().map((edit) => ({
        ...edit,
        at: this.places(edit),
        state: /^status: .*$/m.exec(this.stateOf(edit.agent, edit.task))?.[0],
      }));
      throw new Error(`never taken: ${JSON.stringify(left, null, 2)}`, { cause: error });
    });
    await until(
      () => this.jobs.every((job) => this.isOver(job)) || undefined,
      "the end of every job",
      60_000,
    );
  }

  /** A subtask that was added after the end opens a job again, and its state is written some time later; who saves an older text takes it out. */
  private isOver(job: string): boolean {
    const state = this.stateOf("lead", job);
    const added = this.edits.filter(({ task, kind }) => task === job && kind === "subtask");
    const records = added.length === 0 ? [] : this.records("lead");
    const isDecided = (token: string) =>
      state.includes(`${token}:`) ||
      records.some((record) => record.includes(`- ${token} is removed`)) ||
      !records.some((record) => record.includes(token));
    return isFinal(state) && added.every(({ token }) => isDecided(token));
  }

  check(): void {
    expect(faultsOf(this.root, AGENTS)).toEqual([]);
    for (const edit of this.edits) {
      expect(
        this.places(edit).length,
        `${edit.token} (${edit.kind}) of ${edit.task} is lost`,
      ).toBeGreaterThan(0);
      if (edit.kind !== "key and note") continue;
      for (const record of this.records(edit.agent).filter((text) => text.includes(`: ${edit.token}`))) {
        expect(record, `${edit.token} is half taken`).toContain(`note of ${edit.token}`);
      }
    }
    for (const job of this.jobs) {
      const task = parseTask(read(this.path("lead", job)));
      expect(task).toMatchObject({
        task_id: job,
        from: "human",
        status: "done",
        reply_to: { task_id: job, attempt: 1 },
      });
      for (const [id, subtask] of task.subtasks)
        expect(subtask, id).toMatchObject({ status: "done", attempt: 1 });
    }
    const taken = AGENTS.flatMap((agent) => this.records(agent)).length;
    Object.assign(this.sum, { taken });
  }

  /** It stands elsewhere than in the file that was saved: in the archive, or beside it. */
  private isTaken(edit: Edit): boolean {
    return this.places(edit).some((path) => !path.endsWith("/task.md"));
  }

  private isOpen(agent: string, task: string): boolean {
    return existsSync(join(this.root, agent, ".clawflow", "base", `${task}.md`));
  }

  /** Where the edit stands: task.md, what was kept beside it, the archive. */
  private places({ agent, task, token }: Edit): string[] {
    const beside = names(join(this.root, agent, "tasks", task)).map((name) =>
      join(this.root, agent, "tasks", task, name),
    );
    const archive = join(this.root, agent, "mailbox", "archive");
    const records = names(archive, true)
      .filter((name) => name.includes("control-"))
      .map((name) => join(archive, name));
    return [...beside.filter((path) => path.endsWith(".md")), ...records].filter((path) =>
      read(path).includes(token),
    );
  }

  private records(agent: string): string[] {
    const archive = join(this.root, agent, "mailbox", "archive");
    return names(archive, true)
      .filter((name) => name.includes("control-"))
      .map((name) => read(join(archive, name)))
      .filter((text) => /^control: edit$/m.test(text));
  }

  private path(agent: string, task: string): string {
    return join(this.root, agent, "tasks", task, "task.md");
  }

  /** The state as the runtime keeps it, whoever task.md belongs to at the moment. */
  private stateOf(agent: string, task: string): string {
    const base = join(this.root, agent, ".clawflow", "base", `${task}.md`);
    return read(existsSync(base) ? base : this.path(agent, task));
  }
}

const KINDS = ["key and note", "comment", "subtask"] as const;

function changed(text: string, { token, kind }: Edit, crlf: boolean): string | undefined {
  if (!text.replace(/^\ufeff/, "").startsWith("---")) return undefined;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const head = (line: string, all: string) =>
    all.replace(/^(\ufeff?---\r?\n)/, (first) => `${first}${line}${eol}`);
  let after: string;
  if (kind === "comment") after = head(`# ${token}`, text);
  else if (kind === "subtask") {
    if (!/^subtasks:\r?$/m.test(text) || /^status: (?:done|aggregating)/m.test(text)) return undefined;
    after = text.replace(
      /^subtasks:\r?\n/m,
      (line) => `${line}  ${token}: {agent: a, description: '{"say": "${token}"}'}${eol}`,
    );
  } else {
    after = head(`mine_${token.replaceAll("-", "_")}: ${token}`, text).replace(
      /^## Working Notes\r?\n/m,
      (line) => `${line}${eol}note of ${token}${eol}`,
    );
    if (!after.includes(`note of ${token}`)) return undefined;
  }
  return crlf && eol === "\n" ? after.replaceAll("\n", "\r\n") : after;
}

const STYLES: Record<string, (path: string, text: string, random: Random) => Promise<void>> = {
  rename: async (path, text) => {
    writeFileSync(`${path}.swp`, text);
    renameSync(`${path}.swp`, path);
  },
  "in place": async (path, text) => writeFileSync(path, text),
  "backup and new": async (path, text) => {
    if (existsSync(path)) renameSync(path, `${path}~`);
    writeFileSync(path, text);
  },
  "truncated first": async (path, text, random) => {
    const file = openSync(path, "w");
    try {
      ftruncateSync(file);
      await pause(upTo(random, 150));
      for (let at = 0; at < text.length; at += 1500) {
        writeSync(file, text.slice(at, at + 1500));
        if (chance(random, 0.3)) await pause(upTo(random, 60));
      }
    } finally {
      closeSync(file);
    }
  },
};

function isFinal(text: string): boolean {
  return /^(?:done|failed|cancelled)\r?$/.test(/^status: (.*)$/m.exec(text)?.[1] ?? "");
}

function names(folder: string, recursive = false): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive, encoding: "utf8" }) : [];
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
