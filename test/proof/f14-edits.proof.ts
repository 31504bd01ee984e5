import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { submitTask } from "../../src/host/submit.ts";
import type { Task } from "../../src/protocol/task.ts";
import { faultsOf, replyNow } from "../host/files.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { seededRandom, upTo } from "../sim/random.ts";
import { quickOrFull } from "../suite-size.ts";
import { Tally } from "./tally.ts";
import { WAYS } from "./ways-of-saving.ts";

const CASES = quickOrFull(2, 20);
const FAULTS = ["lost", "half taken", "runtime's lost", "twice", "stuck", "inconsistent"] as const;
type Counts = Tally<(typeof FAULTS)[number]>;

const STEPS = 8;
const STEP_MS = 100;
const LAST = `s${STEPS}`;
const PATIENCE = 60_000;

interface Edit {
  way: string;
  tally: Counts;
  job: string;
  token: string;
}

test(`F14 task.md is saved in ${Object.keys(WAYS).length} ways while the runtime writes it: ${CASES} times each`, async () => {
  const seed = Number(process.env.CLAWFLOW_REPLAY ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const random = seededRandom(seed);
  const team = await startTeam();
  const tallies = new Map(Object.keys(WAYS).map((way) => [way, new Tally(FAULTS) as Counts]));
  const edits: Promise<Edit | undefined>[] = [];
  for (const [way, tally] of tallies) {
    for (let n = 0; n < CASES; n++) {
      const wait = upTo(random, STEPS * STEP_MS * 0.5);
      const own = seededRandom(upTo(random, 1_000_000));
      edits.push(
        editOne(team, { way, tally, token: `tok-${edits.length}-x` }, wait, own).catch((error: unknown) => {
          tally.fault("stuck", `${way} ${n}: ${error}`);
          return undefined;
        }),
      );
    }
  }
  const done = (await Promise.all(edits)).filter((edit) => edit !== undefined);
  await team.host.stop();
  const texts = editRecords(team.root);
  for (const edit of done) checkEdit(team, edit, texts);
  const findings = faultsOf(team.root, ["lead", "worker"]);
  for (const [way, tally] of tallies) {
    const jobs = done.filter((edit) => edit.way === way).map(({ job }) => job);
    const mine = findings.filter(({ task_id, file }) =>
      jobs.some((job) => `${task_id} ${file}`.includes(job)),
    );
    tally.check("inconsistent", mine.length === 0, JSON.stringify(mine));
    tally.record("F14", `task.md saved while the runtime writes it: ${way}`, CASES);
  }
});

/** Gives a job, saves its task.md once while its steps finish, and lets it end when the edit is taken. */
async function editOne(
  team: Team,
  edit: Omit<Edit, "job">,
  wait: number,
  random: () => number,
): Promise<Edit> {
  const { host } = team;
  const { task_id: job } = await submitTask(host, "lead", { instructions: "go on", title: "job" });
  const path = join(team.root, "lead", "tasks", job, "task.md");
  await until(
    () => existsSync(path) && /^ {4}status: (?:dispatched|done)$/m.test(readFileSync(path, "utf8")),
    "the plan in task.md",
    PATIENCE,
  );
  await pause(wait);
  const { token } = edit;
  const off = host.on((event) => {
    if (event.type !== "edit:taken" || event.task !== job) return;
    const task = host.task("lead", job) as Task;
    const both = [task.extra?.mine === token, task.text.notes.includes(`note of ${token}`)];
    // Half of a file that an accident left is an edit like any; what counts there is the end.
    if (!edit.way.startsWith("half"))
      edit.tally.check("half taken", both[0] === both[1], `${edit.way}: ${both}`);
  });
  await WAYS[edit.way]?.(path, (text) => changed(text, token), random);
  await until(
    () => {
      const task = host.task("lead", job);
      return task?.extra?.mine === token && task.text.notes.includes(`note of ${token}`);
    },
    `the edit of ${job} (${edit.way})`,
    PATIENCE,
  ).catch((error: unknown) => edit.tally.fault("lost", String(error)));
  off();
  team.letGo(job);
  await host.finished("lead", job);
  return { ...edit, job };
}

function changed(text: string, token: string): string {
  const after = text
    .replace(/^(\ufeff?---\r?\n)/, `$1mine: ${token}\n`)
    .replace(/^## Working Notes\r?\n/m, (line) => `${line}\nnote of ${token}\n`);
  if (!after.includes(`note of ${token}`)) throw new Error(`no place for notes in:\n${text}`);
  return after;
}

/** The edit stands in the file and in the archive, and so does everything that the runtime had to say. */
function checkEdit(team: Team, { way, tally, job, token }: Edit, records: readonly string[]): void {
  const what = `${way}, ${job}`;
  const folder = join(team.root, "lead", "tasks", job);
  const text = readFileSync(join(folder, "task.md"), "utf8");
  tally.check("lost", text.includes(`mine: ${token}`) && text.includes(`note of ${token}`), what);
  tally.check(
    "lost",
    records.some((record) => record.includes(token)),
    `${what} is in no record of the archive`,
  );
  const task = team.host.task("lead", job) as Task;
  const { status, from, reply_to, text: sections } = task;
  const runtime = JSON.stringify([status, from, reply_to, sections.instructions, sections.output]);
  const expected = JSON.stringify([
    "done",
    "human",
    { task_id: job, attempt: 1, message: `h-${job}` },
    "go on",
    OUTPUT,
  ]);
  tally.check("runtime's lost", runtime === expected, `${what}: ${runtime}`);
  tally.check("runtime's lost", task.subtasks.size === STEPS + 1, `${what}: ${[...task.subtasks.keys()]}`);
  for (const [id, subtask] of task.subtasks) {
    const isRight = subtask.status === "done" && subtask.attempt === 1 && subtask.results === `did ${id}`;
    tally.check("runtime's lost", isRight, `${what}, ${id}: ${JSON.stringify(subtask)}`);
    const calls = team.calls.get(`${job}.${id}`);
    tally.check("twice", calls === 1, `${what}, ${id}: ${calls} calls`);
  }
  const reply = replyNow(join(team.root, "lead"), job);
  tally.check("runtime's lost", reply?.body.results === OUTPUT, `${what}: ${reply?.body.results}`);
  const rejected = readdirSync(folder).filter((name) => name.startsWith("task.rejected-"));
  tally.add("taken");
  if (rejected.length > 0) tally.add("halves kept beside it", rejected.length);
}

const OUTPUT = Array.from({ length: STEPS + 1 }, (_, n) => `did s${n}`).join(" ");

type Team = Awaited<ReturnType<typeof startTeam>>;

/** Every job is a chain of short steps, of which the last waits until it is let go. */
async function startTeam() {
  const root = tempRoot();
  const calls = new Map<string, number>();
  const open = new Set<string>();
  const gates = new Map<string, () => void>();
  const lead: BrainFunction = ({ kind, results }) => {
    if (kind === "synthesise") {
      return Object.values(results ?? {})
        .map((result) => result.results)
        .join(" ");
    }
    const subtasks = Array.from({ length: STEPS + 1 }, (_, n) => {
      return [`s${n}`, { agent: "worker", description: `s${n}`, depends_on: n === 0 ? [] : [`s${n - 1}`] }];
    });
    return { subtasks: Object.fromEntries(subtasks) };
  };
  const worker: BrainFunction = async ({ task }, { signal }) => {
    calls.set(task.task_id, (calls.get(task.task_id) ?? 0) + 1);
    const [job = "", id] = task.task_id.split(".");
    if (id !== LAST) await pause(STEP_MS);
    else if (!open.has(job)) {
      await new Promise<void>((resolve) => {
        gates.set(job, resolve);
        signal.addEventListener("abort", () => resolve());
      });
    }
    return `did ${id}`;
  };
  const most = 10 * CASES + 10;
  const host = await startHost({
    root,
    limits: { brains: 1_000 },
    agents: {
      lead: { brain: lead, peers: ["worker"], concurrency: most },
      worker: { brain: worker, concurrency: most },
    },
  });
  return {
    root,
    host,
    calls,
    letGo(job: string) {
      open.add(job);
      gates.get(job)?.();
    },
  };
}

function editRecords(root: string): string[] {
  const archive = join(root, "lead", "mailbox", "archive");
  return readdirSync(archive, { recursive: true, encoding: "utf8" })
    .filter((name) => /control-.*\.md$/.test(name))
    .map((name) => readFileSync(join(archive, name), "utf8"));
}
