import { join } from "node:path";
import { folderName } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";
import type { Task } from "../../protocol/task.ts";
import { resultsFile } from "../../protocol/task-document.ts";
import { parseRevName, reasonPath } from "../../store/layout.ts";
import { eachLetter, isLetterName } from "../letters.ts";
import { listNames, readText } from "../read-text.ts";
import { ageOf, type Patient } from "./finding.ts";

/** An attachment may come some time before the message that names it. */
const BLOB_AGE = 24 * 3600 * 1000;

/** What belonged to something that is not there. @param tasks those that can be read */
export function examineOrphans(patient: Patient, tasks: readonly Task[]): void {
  for (const task of tasks) examineTaskFiles(patient, task);
  examineDead(patient);
  if (patient.host === undefined) {
    examineEarlierTexts(patient);
    examinePending(patient, tasks);
  }
  examineBlobs(patient);
}

/** Results of subtasks that the task does not have, and calls that it does not count. */
function examineTaskFiles({ disk, paths, host, found }: Patient, task: Task): void {
  const folder = join(paths.tasks, folderName(task.task_id));
  for (const name of listNames(disk, join(folder, "results"))) {
    const id = name.replace(/\.md$/, "");
    if (resultsFile(id) === `results/${name}` && isOfTask(task, id)) continue;
    const text = `results of ${id}, which is no subtask of the task`;
    found({ kind: "orphan", path: join(folder, "results", name), text });
  }
  for (const name of listNames(disk, join(folder, "calls"))) {
    const number = Number(/^(\d{1,15})\.json$/.exec(name)?.[1] ?? Number.NaN);
    if (number <= task.calls || (host !== undefined && !Number.isNaN(number))) continue;
    const text = Number.isNaN(number)
      ? "not the record of a call"
      : `a call that the task does not count: it has had ${task.calls}`;
    found({ kind: "orphan", path: join(folder, "calls", name), text });
  }
}

function isOfTask(task: Task, id: string): boolean {
  return task.subtasks.has(id) || task.removed?.[id] !== undefined;
}

function examineDead({ disk, paths, found }: Patient): void {
  const names = listNames(disk, paths.dead);
  const reasons = new Set(names.map((name) => reasonPath(name)));
  for (const name of names) {
    const path = join(paths.dead, name);
    if (name.endsWith(".reason.md")) {
      const isOfOne = names.some((other) => !other.endsWith(".reason.md") && reasonPath(other) === name);
      if (isOfOne) continue;
      found({
        kind: "orphan",
        path,
        text: "the reason of a dead letter that is not there",
        fix: "moves it to .clawflow/lost+found",
        mends: [{ do: "set-aside", path }],
      });
    } else if (isLetterName(name) && reasons.has(reasonPath(name)) && !names.includes(reasonPath(name)))
      found({ kind: "orphan", path, text: "a dead letter without the reason why it is dead" });
  }
}

/** Texts of a task that is finished or gone: the next host would remove them. */
function examineEarlierTexts({ disk, paths, found }: Patient): void {
  const names = listNames(disk, paths.base);
  const open = new Set(names.map((name) => name.replace(/\.md$/, "")));
  for (const name of names) {
    const parsed = parseRevName(name);
    if (parsed === undefined || open.has(parsed.folder)) continue;
    found({
      kind: "orphan",
      path: join(paths.base, name),
      text: "an earlier text of a task that is not open",
      fix: "removes it; so does the next host",
      mends: [{ do: "open" }],
    });
  }
}

function examinePending(patient: Patient, tasks: readonly Task[]): void {
  const { disk, paths, agent, found } = patient;
  const ids = new Set(tasks.map(({ task_id }) => task_id));
  const works = new Set(tasks.map(({ reply_to }) => workOf(reply_to)));
  for (const letter of eachLetter(disk, paths, agent, ["pending"])) {
    const path = join(paths.root, letter.file);
    if (disk.stat(join(paths.outbox, letter.name)) !== undefined) {
      found({
        kind: "orphan",
        path,
        text: "a message that stands among those sent as well: its host ended while it was moved",
        fix: "removes the second name; so does the next host",
        mends: [{ do: "open" }],
      });
    } else if (letter.message !== undefined && !isOfTasks(letter.message, ids, works)) {
      found({
        kind: "orphan",
        path,
        text: `a ${letter.message.type} to ${letter.message.to} of task ${letter.message.task_id}, which is not here any more; it is still sent`,
        todo: "remove it, if it must not be sent",
      });
    }
  }
}

/** What goes up names the work as its giver knows it, what goes down the task that gave it. */
function isOfTasks(message: Message, ids: ReadonlySet<string>, works: ReadonlySet<string>): boolean {
  return ids.has(message.task_id) || works.has(workOf(message));
}

function workOf({ task_id, subtask_id }: { task_id: string; subtask_id?: string | undefined }): string {
  // To a peer of version 1 the attempt stands in the subtask's name.
  return JSON.stringify([task_id, subtask_id?.replace(/--\d+$/, "") ?? ""]);
}

/** Attachments that nothing names. A workspace without old ones is not read. */
function examineBlobs({ disk, paths, agent, now, found }: Patient): void {
  const old = new Map<string, string>();
  for (const folder of listNames(disk, paths.blobs)) {
    for (const name of listNames(disk, join(paths.blobs, folder))) {
      const path = join(paths.blobs, folder, name);
      const stat = disk.stat(path);
      if (stat !== undefined && now - stat.mtimeMs > BLOB_AGE) old.set(name, path);
    }
  }
  if (old.size === 0) return;
  for (const { file } of eachLetter(disk, paths, agent)) drop(old, readText(disk, join(paths.root, file)));
  for (const folder of listNames(disk, paths.tasks))
    drop(old, readText(disk, join(paths.tasks, folder, "task.md")));
  for (const name of listNames(disk, paths.base)) drop(old, readText(disk, join(paths.base, name)));
  for (const path of old.values()) {
    const age = ageOf(disk.stat(path)?.mtimeMs ?? now, now);
    const text = `an attachment that no message and no task names, ${age} old; clawflow gc removes it in time`;
    found({ kind: "orphan", path, text });
  }
}

function drop(old: Map<string, string>, text: string | undefined): void {
  for (const hash of text?.match(/\b[0-9a-f]{64}\b/g) ?? []) old.delete(hash);
}
