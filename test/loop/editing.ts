import type { FoundEdit, Plan } from "../../src/loop/types.ts";
import type { TaskEdit } from "../../src/protocol/edit.ts";
import { formatEdit } from "../../src/protocol/edit-body.ts";
import type { ControlMessage } from "../../src/protocol/message.ts";
import type { Task } from "../../src/protocol/task.ts";
import { control } from "./letters.ts";
import type { Station } from "./station.ts";

export const LAYOUT = "---\n# as a person left it\n---\n";

/** What a person had before them: the subtasks as they stand. */
export function seenOf(task: Task, edit: TaskEdit): FoundEdit["seen"] {
  const seen: FoundEdit["seen"] = {};
  for (const id of Object.keys(edit.subtasks ?? {})) {
    const subtask = task.subtasks.get(id);
    if (subtask !== undefined) seen[id] = { status: subtask.status, attempt: subtask.attempt };
  }
  return seen;
}

/** A person saves task.md; `task` is what they had before them. */
export function save(
  station: Station,
  edit: TaskEdit,
  task: Task = station.task(),
  putBack: string[] = [],
): Plan {
  const found: FoundEdit = { edit, layout: LAYOUT, seen: seenOf(task, edit), putBack };
  return station.step(task.task_id, { type: "edit", found });
}

/** The same of a subtask. */
export function saveOf(station: Station, id: string, edit: NonNullable<TaskEdit["subtasks"]>[string]): Plan {
  return save(station, { subtasks: { [id]: edit } });
}

/** An edit as a message of a person. */
export function editMessage(edit: TaskEdit, over: Parameters<typeof control>[1] = {}): ControlMessage {
  return control("edit", { text: formatEdit(edit), ...over });
}

export function controlsTo(
  station: Station,
  agent: string,
  kind?: ControlMessage["control"],
): ControlMessage[] {
  return station.sent.filter(
    (message): message is ControlMessage =>
      message.type === "control" && message.to === agent && (kind === undefined || message.control === kind),
  );
}
