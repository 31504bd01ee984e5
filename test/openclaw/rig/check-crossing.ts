import { messagesIn } from "../../host/files.ts";
import { Tally } from "../../proof/tally.ts";
import { type Crossing, LEGS, type Leg, type Run } from "./crossing.ts";
import type { Fault, Try } from "./faulty-proxy.ts";

const FAULTS = ["lost", "twice", "stuck", "another key", "why says nothing"] as const;
export type Counts = Tally<(typeof FAULTS)[number]>;

export function newCounts(): Counts {
  return new Tally(FAULTS);
}

/** Waits for the ends of runs and looks at each. `turns`: how often an agent may have been asked. */
export async function finish(
  crossing: Crossing,
  counts: Counts,
  runs: readonly Run[],
  { turns = 1 } = {},
): Promise<void> {
  for (const run of runs) {
    await counts.within("stuck", run.job, crossing.over(run.job));
    checkFiles(crossing, counts, run.job);
    checkTurns(crossing, counts, run.job, turns);
    for (const leg of LEGS) checkTries(crossing, counts, leg, run);
  }
  counts.check("why says nothing", crossing.silent.length === 0, crossing.silent.splice(0).join(", "));
}

/** Once there, once done, once back. */
function checkFiles(crossing: Crossing, counts: Counts, job: string): void {
  const task = crossing.taskOf(job);
  const output = task?.text.output.trim();
  counts.check(
    "lost",
    output === `The whole: It is ${job}.`,
    `${job} ${task?.status}: ${output} ${task?.error ?? ""}`,
  );
  const { task: outside, reply: coder } = crossing.workspaces;
  once(counts, `TASK of ${job}`, archived(counts, coder, job, "task"));
  once(counts, `reply of ${job}`, archived(counts, outside, job, "reply"));
  once(counts, `task of ${job}`, crossing.names("reply", "tasks", `${job}.`).length);
  for (const leg of LEGS) {
    const dead = crossing.names(leg, "mailbox/dead", job);
    counts.check("lost", dead.length === 0, `${dead}`);
  }
}

function checkTurns({ model, outside }: Crossing, counts: Counts, job: string, most: number): void {
  const turns = model.requests.filter(({ prompt }) => prompt.includes(`Answer ${job}.`)).length;
  counts.check("lost", turns > 0, `no turn of ${job}`);
  counts.check("twice", turns <= most, `${turns} turns of ${job}`);
  counts.add("turns that a kill ended, begun again", Math.max(0, turns - 1));
  const asked = outside.questions(job);
  for (const kind of ["consider", "synthesise"])
    once(counts, `${kind} ${job}`, asked.filter((one) => one === kind).length);
}

/** Each fault has been, and its tries had the key that they must have. */
function checkTries({ proxies }: Crossing, counts: Counts, leg: Leg, run: Run): void {
  const tries = proxies[leg].triesOf(run.job, leg);
  const faults = run[leg] ?? [];
  const seen = `${leg} of ${run.job}: ${JSON.stringify(tries)}`;
  counts.check(
    "lost",
    faults.every((_, index) => tries[index]?.reached === true),
    seen,
  );
  counts.check("another key", haveRightKeys(tries), seen);
  counts.add("tries that failed", faults.filter((fault) => !isHarmless(fault)).length);
}

/** After these the sender has its receipt all the same. */
function isHarmless(fault: Fault): boolean {
  return fault.do === "pass" || fault.do === "twice" || (fault.do === "garbage" && fault.answer === true);
}

/** The same key, but behind what has been answered, which would be answered again: there it has a number. */
function haveRightKeys(tries: readonly Try[]): boolean {
  let answers = 0;
  return tries.every(({ key, message, refused }) => {
    const isRight = key === (answers === 0 ? message : `${message}~${answers + 1}`);
    if (refused) answers++;
    return isRight;
  });
}

function once(counts: Counts, what: string, found: number): void {
  counts.check("lost", found > 0, `${what}: ${found}`);
  counts.check("twice", found < 2, `${what}: ${found}`);
}

/** Those in the archive, beside the repeats of them. */
function archived(counts: Counts, workspace: string, job: string, type: Leg): number {
  const found = [...messagesIn(workspace, "archive")].filter(
    ([, message]) => message.type === type && message.task_id === job && message.from !== "human",
  );
  const repeats = found.filter(([path]) => /\.again-\d+\.md$/.test(path)).length;
  counts.add("repeats kept beside the first", repeats);
  return found.length - repeats;
}
