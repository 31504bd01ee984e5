import { setTimeout as pause } from "node:timers/promises";
import { nodeDisk } from "../../../src/store/node-disk.ts";
import { verifyRoot } from "../../../src/view/verify/verify-root.ts";
import { readTask } from "../../host/files.ts";
import type { Gateway } from "./gateway.ts";
import type { HouseJob } from "./house-job.ts";
import { archived, timesHeard, told } from "./job-in-chat.ts";
import { finished } from "./team-files.ts";

/** How a job stood when something happened to it: what the model had been asked, and of that, what stood in no file yet. */
export interface Standing {
  asked: Map<string, number>;
  open: Set<string>;
}

/** Whether the model had been asked for it, and nothing of that was in the files. */
export function isCutOff({ asked, open }: Standing, kind: string): boolean {
  return open.has(kind) && (asked.get(kind) ?? 0) > 0;
}

/** Only ever too much is said to be open: files may come to be while this reads. */
export function standing(gateway: Gateway, job: HouseJob): Standing {
  const open = new Set(job.kinds.filter((kind) => !isSettled(gateway, job, kind)));
  return { asked: new Map(job.kinds.map((kind) => [kind, job.asked(kind)])), open };
}

function isSettled(gateway: Gateway, { id, pieces }: HouseJob, kind: string): boolean {
  const task = readTask(gateway.workspace("lead"), id);
  if (kind === "consider") return task !== undefined && task.subtasks.size > 0;
  if (kind === "synthesis") return task?.status === "done";
  if (kind === "news") return archived(gateway, "lead", "progress", id).length > 0;
  return readTask(gateway.workspace(pieces[kind]?.agent ?? ""), `${id}.${kind}`)?.status === "done";
}

/**
 * Waits for the job's end, and looks at all that came of it.
 *
 * @param cuts how it stood each time that turns were cut off: what was being asked then may be asked once more, and nothing else
 * @param chatOf the gateway that has told the chat
 * @returns what is wrong, in words
 */
export async function problemsOf(
  gateway: Gateway,
  job: HouseJob,
  cuts: readonly Standing[] = [],
  chatOf = gateway,
): Promise<string[]> {
  const problems: string[] = [];
  const isSo = (so: boolean, what: string) => {
    if (!so) problems.push(`house ${job.number}: ${what}`);
  };
  const task = await finished(gateway, "lead", job.id);
  await told(gateway, job);
  isSo(task.status === "done", `${task.status} ${task.error ?? ""}`);
  const whole = times(job.asked("synthesis")).map((time) => job.whole(time));
  isSo(whole.includes(task.text.output.trim()), `the answer is ${task.text.output}`);
  for (const [piece, { agent }] of Object.entries(job.pieces)) {
    const own = `${job.id}.${piece}`;
    const made = times(job.asked(piece)).map((time) => job.made(piece, time));
    const { status, results = "" } = task.subtasks.get(piece) ?? {};
    isSo(status === "done" && made.includes(results.trim()), `${piece} is ${status} with ${results}`);
    const theirs = readTask(gateway.workspace(agent), own)?.text.output.trim();
    isSo(theirs === results.trim(), `${agent} has made ${theirs}, and lead has got ${results}`);
    isSo(archived(gateway, agent, "task", own).length === 1, `${agent} has other than one TASK of ${piece}`);
    isSo(archived(gateway, "lead", "reply", own).length === 1, `lead has other than one REPLY of ${piece}`);
  }
  const heard = await timesHeard(chatOf, job);
  const untold = cuts.filter((cut) => isCutOff(cut, "news")).length;
  isSo(heard >= 1 && heard <= 1 + untold, `the chat has heard of it ${heard} times`);
  const receipts = archived(gateway, "lead", "progress", job.id).length;
  isSo(receipts === 1, `there are ${receipts} receipts`);
  for (const kind of job.kinds) {
    const most = 1 + cuts.filter((cut) => isCutOff(cut, kind)).length;
    isSo(job.asked(kind) <= most, `the model was asked ${job.asked(kind)} times for ${kind}, not ${most}`);
  }
  return [...problems, ...(await findings(gateway))];
}

/** What `clawflow verify` finds in the files, twice: what is being written meanwhile may look wrong once. */
export async function findings(gateway: Gateway): Promise<string[]> {
  const look = () => verifyRoot(nodeDisk(), gateway.workspaces()).map((finding) => JSON.stringify(finding));
  const first = look();
  if (first.length === 0) return [];
  await pause(1_500);
  const second = look();
  return first.filter((finding) => second.includes(finding));
}

function times(most: number): number[] {
  return Array.from({ length: most }, (_, index) => index + 1);
}
