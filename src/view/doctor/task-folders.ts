import { join } from "node:path";
import { isFinal } from "../../loop/phase.ts";
import { folderName } from "../../protocol/ids.ts";
import type { Task } from "../../protocol/task.ts";
import { editState } from "../edit-state.ts";
import { listOpenTasks, readTaskFolder } from "../read-task.ts";
import { listNames, readText } from "../read-text.ts";
import type { Patient } from "./finding.ts";

/** Every folder in `tasks/`, and every copy of an open task: whether they can be read, fit together, and wait for a host. @returns the tasks that can be read */
export function examineTasks(patient: Patient): Task[] {
  const { disk, paths, host } = patient;
  const open = new Set(listOpenTasks(disk, paths));
  const names = listNames(disk, paths.tasks).filter(
    (name) => disk.stat(join(paths.tasks, name))?.kind === "folder",
  );
  const tasks: Task[] = [];
  for (const folder of new Set([...names, ...open])) {
    const found = readTaskFolder(disk, paths, folder, open.has(folder));
    if (found !== undefined && "task" in found) tasks.push(found.task);
    // A host that runs has texts in its hand, and tells itself what it cannot read.
    if (found === undefined) examineEmpty(patient, folder);
    else if (!("task" in found)) tellUnreadable(patient, folder, found.problem, open.has(folder));
    else if (found.problem !== undefined) tellUnreadableCopy(patient, folder, found.problem);
    else {
      if (host === undefined) examineTexts(patient, folder, found.task, open.has(folder));
      if (open.has(folder)) examineEdit(patient, folder);
    }
  }
  return tasks;
}

/** No task.md, and no copy of one. */
function examineEmpty({ disk, paths, host, found }: Patient, folder: string): void {
  const path = join(paths.tasks, folder);
  if (host !== undefined) return;
  const count = countFiles({ disk }, path);
  found({
    kind: "orphan",
    path,
    text: `a folder of no task: there is neither task.md nor a copy of it; it holds ${count} ${count === 1 ? "file" : "files"}`,
    fix: "moves it to .clawflow/lost+found",
    mends: [{ do: "set-aside", path }],
  });
}

function tellUnreadable({ paths, found }: Patient, folder: string, problem: string, isOpen: boolean): void {
  const path = join(paths.tasks, folder, "task.md");
  const text = `${isOpen ? "neither the task nor its copy can be read" : "the task cannot be read"}: ${problem}`;
  const todo = isOpen ? `mend it, or put back an earlier text: .clawflow/base/${folder}@<rev>.md` : "mend it";
  found({ kind: "task", path, text, todo });
}

function tellUnreadableCopy({ paths, host, found }: Patient, folder: string, problem: string): void {
  const path = join(paths.base, `${folder}.md`);
  found({
    kind: "task",
    path,
    text: `the copy from which a host goes on cannot be read: ${problem}`,
    ...(host === undefined
      ? {
          fix: "moves it to .clawflow/lost+found and makes another from task.md",
          mends: [
            { do: "set-aside", path },
            { do: "copy", folder },
          ],
        }
      : {}),
  });
}

function examineTexts({ disk, paths, found }: Patient, folder: string, task: Task, isOpen: boolean): void {
  const path = join(paths.tasks, folder, "task.md");
  const right = folderName(task.task_id);
  if (folder !== right) {
    const text = `holds task ${task.task_id}, which is looked for in tasks/${right}`;
    found({ kind: "orphan", path, text, todo: `rename the folder to ${right}, if there is none` });
  } else if (isOpen && disk.stat(path) === undefined) {
    found({
      kind: "task",
      path,
      text: "task.md is missing; the copy of it is there",
      fix: "writes it again; so does the next host",
      mends: [{ do: "open" }],
    });
  } else if (!isOpen && !isFinal(task)) {
    const isPlain = !/^clawflow:/m.test(readText(disk, path) ?? "");
    const text = `it is ${task.status}, but no host goes on with it: the copy in .clawflow/base is missing`;
    found({
      kind: "orphan",
      path,
      text,
      ...(isPlain
        ? { todo: "give it to the agent as a message: clawflow send AGENT FILE" }
        : { fix: "makes the copy", mends: [{ do: "copy", folder }] }),
    });
  }
}

function examineEdit({ disk, paths, host, now, found }: Patient, folder: string): void {
  const edit = editState(disk, paths, folder);
  if (edit === undefined) return;
  const { state, what, file } = edit;
  const path = join(paths.root, file);
  if (state === "waiting") {
    if (host !== undefined) return;
    found({ kind: "task", path, text: "somebody edited it; the next host takes the edit" });
  } else if (state === "partly") {
    found({ kind: "task", path, text: `not all of an edit was taken: ${what}` });
  } else {
    const isRecent = now - Date.parse(edit.since ?? "") < 5_000;
    if (state === "unread" && host !== undefined && isRecent) return;
    found({
      kind: "task",
      path,
      text: `an edit was not understood: ${what}`,
      todo: `mend tasks/${folder}/task.md`,
    });
  }
}

function countFiles(patient: Pick<Patient, "disk">, folder: string): number {
  let count = 0;
  for (const name of listNames(patient.disk, folder)) {
    const path = join(folder, name);
    count += patient.disk.stat(path)?.kind === "folder" ? countFiles(patient, path) : 1;
  }
  return count;
}
