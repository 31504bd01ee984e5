import { join, relative } from "node:path";
import type { Message } from "../../protocol/message.ts";
import type { Task } from "../../protocol/task.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { type Letter, readLetter } from "../letters.ts";
import { readTaskFolder } from "../read-task.ts";
import { readText } from "../read-text.ts";
import type { Candidate } from "./candidates.ts";

/** A text that somebody wrote, and what it is. */
export interface Part {
  field: string;
  text: string;
  subtask?: string;
}

/** A task or a message with its texts. */
export interface Searched {
  kind: "task" | "message";
  agent: string;
  /** As `agent` knows it. */
  task_id?: string;
  subtask?: string;
  /** Of a message: its id and type. */
  message?: string;
  type?: string;
  /** Of a task. */
  title?: string;
  status?: Task["status"];
  /** ISO 8601 UTC; empty where it is not said. */
  time: string;
  /** Relative to the workspace. */
  file: string;
  /** Whose task a message is about. */
  owner?: string;
  parts: Part[];
}

export function searchedTask(
  disk: ReadDisk,
  { agent, paths, folder, isOpen, time }: Candidate & { kind: "task" },
): Searched | undefined {
  const found = readTaskFolder(disk, paths, folder, isOpen);
  if (found === undefined) return undefined;
  const file = `tasks/${folder}/task.md`;
  if (!("task" in found)) {
    const text = readText(disk, join(paths.tasks, folder, "task.md")) ?? "";
    return { kind: "task", agent, time, file, parts: [{ field: "text", text }] };
  }
  const { task_id, title, status } = found.task;
  return { kind: "task", agent, task_id, title, status, time, file, parts: partsOfTask(found.task) };
}

export function searchedLetter(
  disk: ReadDisk,
  { agent, paths, place, path, time }: Candidate & { kind: "message" },
): Searched | undefined {
  const letter = readLetter(disk, paths, agent, place, path);
  if (letter === undefined) return undefined;
  const { message } = letter;
  const file = relative(paths.root, path).replaceAll("\\", "/");
  if (message === undefined) return unreadable(letter, agent, time, file, readText(disk, path) ?? "");
  return {
    kind: "message",
    agent,
    task_id: message.task_id,
    ...(message.subtask_id === undefined ? {} : { subtask: message.subtask_id }),
    message: message.id,
    type: message.type,
    time,
    file,
    owner: ownerOf(message),
    parts: partsOfMessage(message),
  };
}

function unreadable({ envelope = {}, id }: Letter, agent: string, time: string, file: string, text: string) {
  const { task_id, subtask_id, type } = envelope;
  return {
    kind: "message" as const,
    agent,
    ...(task_id === undefined ? {} : { task_id }),
    ...(subtask_id === undefined ? {} : { subtask: subtask_id }),
    ...(id === undefined ? {} : { message: id }),
    ...(type === undefined ? {} : { type }),
    time,
    file,
    parts: [{ field: "text", text }],
  };
}

/** An id in an envelope is that of whoever gave the work; of a person's it is that of who has it. */
function ownerOf({ type, from, to }: Message): string {
  const giver = type === "reply" || type === "progress" ? to : from;
  return giver === "human" ? (giver === to ? from : to) : giver;
}

function partsOfTask(task: Task): Part[] {
  const { text } = task;
  const parts: Part[] = [
    { field: "title", text: task.title },
    { field: "instructions", text: text.instructions },
    { field: "context", text: text.context },
    { field: "expected_output", text: text.expected_output },
    { field: "notes", text: text.notes },
    { field: "results", text: text.output },
    { field: "partial", text: text.partial },
    { field: "error", text: task.error ?? "" },
    { field: "question", text: task.waiting?.text ?? "" },
    { field: "id", text: task.task_id },
  ];
  for (const [subtask, one] of task.subtasks) {
    parts.push(
      { subtask, field: "description", text: one.description },
      { subtask, field: "instructions", text: one.instructions ?? "" },
      { subtask, field: "context", text: one.context ?? "" },
      { subtask, field: "expected_output", text: one.expected_output ?? "" },
      { subtask, field: "results", text: one.results ?? one.result_summary ?? "" },
      { subtask, field: "error", text: one.error ?? "" },
      { subtask, field: "question", text: one.waiting?.text ?? "" },
      { subtask, field: "id", text: `${subtask} ${one.agent}` },
    );
  }
  return parts.filter((part) => part.text !== "");
}

function partsOfMessage(message: Message): Part[] {
  const { id, task_id, subtask_id = "", from, to } = message;
  const parts: Part[] = message.type === "progress" ? [{ field: "note", text: message.note }] : [];
  for (const [field, text] of Object.entries(message.body)) parts.push({ field, text });
  parts.push({ field: "envelope", text: [id, task_id, subtask_id, from, to].join(" ") });
  return parts.filter((part) => part.text !== "");
}
