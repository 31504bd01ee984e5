import type { Letter } from "./letters.ts";

/** A message in a list. */
export interface LetterLine {
  /** Relative to the workspace. */
  file: string;
  type?: string;
  message?: string;
  from?: string;
  to?: string;
  task_id?: string;
  subtask?: string;
  attempt?: number;
  sent_at?: string;
  /** The title of a task, the status of a reply, which control, which outcome, the note of a progress. */
  about?: string;
  /** Why it is no message. */
  error?: string;
}

export function letterLine({ file, message, error, id }: Letter): LetterLine {
  if (message === undefined) {
    return { file, ...(id === undefined ? {} : { message: id }), ...(error === undefined ? {} : { error }) };
  }
  const { type, from, to, task_id, subtask_id, attempt, sent_at } = message;
  const line: LetterLine = { file, type, message: message.id, from, to, task_id, attempt, sent_at };
  if (subtask_id !== undefined) line.subtask = subtask_id;
  switch (message.type) {
    case "task":
      return { ...line, about: message.body.title };
    case "reply":
      return { ...line, about: message.status };
    case "control":
      return { ...line, about: message.control };
    case "outcome":
      return { ...line, about: message.outcome };
    case "progress":
      return { ...line, about: message.note };
  }
}
