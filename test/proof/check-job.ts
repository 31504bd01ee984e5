import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseTask } from "../../src/protocol/parse-task.ts";
import { replyNow, textNow } from "../host/files.ts";
import { until } from "../host/until.ts";
import { hashOf, type Job, type KillWorld, namesOf, pathsOf } from "./kill-world.ts";

/** What is stuck stays so; a machine that has other things to do is slow. */
const LONGEST = 120_000;

/** What went wrong, by kind, and each with what it was. */
export interface Tally {
  lost: number;
  twice: number;
  unreadable: number;
  stuck: number;
  /** Calls of a brain for a question that was asked before. */
  askedAgain: number;
  /** Messages that came once more to who had them. */
  cameAgain: number;
  notes: string[];
}

export function newTally(): Tally {
  return { lost: 0, twice: 0, unreadable: 0, stuck: 0, askedAgain: 0, cameAgain: 0, notes: [] };
}

/** How a job must end. */
export interface Expected {
  answer: string;
  /** Tasks of each agent, and questions to its brain of each kind in one of them. */
  tasks: Readonly<Record<string, { count: number; kinds: readonly string[] }>>;
}

/** Waits for the end of a job and counts what is there more or less often than once. */
export async function checkJob(world: KillWorld, job: Job, expected: Expected, tally: Tally): Promise<void> {
  const before = tally.notes.length;
  try {
    await until(() => replyNow(world.workspace(world.first), job.id), `the answer to ${job.id}`, LONGEST);
    await until(() => isAtRest(world, job), "rest", LONGEST);
    await until(() => world.faults().length === 0, "a clean root", LONGEST);
  } catch (error) {
    tally.stuck++;
    tally.notes.push(`${job.id}: ${error} ${JSON.stringify(world.faults())}`);
    return;
  }
  checkAnswer(world, job, expected, tally);
  checkMessages(world, job, tally);
  checkTasks(world, job, expected, tally);
  checkQuestions(world, job, expected, tally);
  if (tally.notes.length > before) tally.notes.push(`… in ${world.folder}`);
}

/** Throws what is still on the way, and whose text is behind. */
function isAtRest(world: KillWorld, job: Job): true {
  const left = world.agents.flatMap((agent) => [
    ...namesOf(join(world.workspace(agent), "mailbox", "inbox"), job),
    ...namesOf(join(world.workspace(agent), "mailbox", "outbox", "pending"), job),
    ...tasksOf(world, agent, job).filter(
      (path) => !/^status: (done|failed)$/m.test(textNow(path) ?? "replaced just now"),
    ),
  ]);
  if (left.length > 0) throw new Error(`${job.id} does not come to rest: ${left}`);
  return true;
}

function checkAnswer(world: KillWorld, job: Job, expected: Expected, tally: Tally): void {
  const workspace = world.workspace(world.first);
  const outbox = join(workspace, "mailbox", "outbox");
  const replies = namesOf(outbox, job).filter((name) => name.startsWith(`reply-${job.id.toLowerCase()}-`));
  if (replies.length !== 1) {
    tally.twice++;
    tally.notes.push(`${job.id}: ${replies.length} answers`);
  }
  const answer = replyNow(workspace, job.id)?.body.results.trim();
  if (answer === expected.answer) return;
  tally.lost++;
  tally.notes.push(`${job.id}: the answer is ${answer?.replaceAll(/x{9,}/g, "…")}`);
}

/** Every message that was sent has one first copy at its receiver, equal in every byte at every time that it was seen. */
function checkMessages(world: KillWorld, job: Job, tally: Tally): void {
  const sent = new Map([[job.name, hashText(world, job)]]);
  const got = new Map<string, string[]>();
  for (const agent of world.agents) {
    const mailbox = join(world.workspace(agent), "mailbox");
    for (const name of namesOf(join(mailbox, "outbox"), job)) {
      if (name.startsWith(`reply-${job.id.toLowerCase()}-`)) continue;
      sent.set(name, hashOf(join(mailbox, "outbox", name)));
    }
    for (const path of pathsOf(join(mailbox, "archive"), job)) {
      const name = basename(path).replace(/\.again-\d+\.md$/, ".md");
      if (name.startsWith("outcome-")) continue;
      if (name !== basename(path)) tally.cameAgain++;
      else got.set(name, [...(got.get(name) ?? []), path]);
      job.seen.set(name, (job.seen.get(name) ?? new Set()).add(hashOf(path) ?? ""));
    }
    for (const path of pathsOf(join(mailbox, "dead"), job)) {
      tally.unreadable++;
      tally.notes.push(`${job.id}: a dead letter ${path}`);
    }
  }
  for (const name of new Set([...sent.keys(), ...got.keys()])) {
    const copies = got.get(name)?.length ?? 0;
    if (copies === 0 || !sent.has(name)) tally.lost++;
    else if (copies > 1) tally.twice++;
    if (copies !== 1 || !sent.has(name))
      tally.notes.push(`${job.id}: ${name} has ${copies} copies, sent: ${sent.has(name)}`);
  }
  for (const [name, hashes] of job.seen) {
    if (hashes.size === 1 && hashes.has(sent.get(name) ?? "")) continue;
    tally.unreadable++;
    tally.notes.push(`${job.id}: ${name} was seen with ${hashes.size} contents`);
  }
}

function hashText(world: KillWorld, job: Job): string | undefined {
  const path = pathsOf(join(world.workspace(world.first), "mailbox", "archive"), job).find(
    (one) => basename(one) === job.name,
  );
  return path !== undefined && readFileSync(path, "utf8") === job.text ? hashOf(path) : undefined;
}

/** A piece of work is one task, and all of its pieces were done at the first attempt. */
function checkTasks(world: KillWorld, job: Job, { tasks }: Expected, tally: Tally): void {
  for (const agent of world.agents) {
    const found = tasksOf(world, agent, job);
    const due = tasks[agent]?.count ?? 0;
    if (found.length < due) tally.lost++;
    if (found.length > due) tally.twice++;
    if (found.length !== due) tally.notes.push(`${job.id}: ${agent} has ${found.length} tasks, not ${due}`);
    for (const path of found) {
      for (const [id, { status, attempt }] of parseTask(readFileSync(path, "utf8")).subtasks) {
        if (status === "done" && attempt === 1) continue;
        tally.twice++;
        tally.notes.push(`${job.id}: ${id} of ${path} is ${status}, attempt ${attempt}`);
      }
    }
  }
}

function tasksOf(world: KillWorld, agent: string, { id }: Job): string[] {
  const folder = join(world.workspace(agent), "tasks");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name === id || name.startsWith(`${id}.`) || name.startsWith(`${id}_`))
    .map((name) => join(folder, name, "task.md"));
}

interface Asked {
  agent: string;
  task: string;
  kind: string;
  question: string;
  asked: number;
}

/**
 * A question that was open when its host died is asked once more, and says so; for each there is one answer in the record of what was
 * decided. Two questions of one kind in one task would mean that work was begun twice.
 */
function checkQuestions(world: KillWorld, job: Job, { tasks }: Expected, tally: Tally): void {
  const calls = readFileSync(join(world.folder, "asked.log"), "utf8")
    .split("\n")
    .filter((line) => line.includes(`"${job.id}"`) || line.includes(`"${job.id}.`))
    .map((line) => JSON.parse(line) as Asked);
  const questions = new Map<string, Asked[]>();
  for (const call of calls) questions.set(call.question, [...(questions.get(call.question) ?? []), call]);
  const due = Object.values(tasks).reduce((sum, { count, kinds }) => sum + count * kinds.length, 0);
  if (questions.size !== due) {
    tally[questions.size < due ? "lost" : "twice"]++;
    tally.notes.push(`${job.id}: ${questions.size} questions, not ${due}`);
  }
  for (const [question, times] of questions) {
    tally.askedAgain += times.length - 1;
    const numbers = times.map(({ asked }) => asked);
    if (job.late === true) numbers.sort((a, b) => a - b);
    const grows = numbers.every((asked, index) => index === 0 || asked > (numbers[index - 1] ?? 0));
    if (grows && times.length <= 1 + job.kills) continue;
    tally.twice++;
    tally.notes.push(`${job.id}: ${question} was asked ${times.map(({ asked }) => asked)}`);
  }
  for (const agent of world.agents) {
    const { count = 0, kinds = [] } = tasks[agent] ?? {};
    // Of a task that was split: the plan and the synthesis.
    const outcomes = pathsOf(join(world.workspace(agent), "mailbox", "archive"), job).filter((path) =>
      basename(path).startsWith("outcome-"),
    ).length;
    const wanted = kinds.length > 1 ? count * 2 : 0;
    if (outcomes === wanted) continue;
    tally[outcomes < wanted ? "lost" : "twice"]++;
    tally.notes.push(`${job.id}: ${agent} decided ${outcomes} times, not ${wanted}`);
  }
}
