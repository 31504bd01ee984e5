import { ERROR_CODES, type ErrorCode } from "../../protocol/errors.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { Message } from "../../protocol/message.ts";
import type { Letter } from "../letters.ts";

/** Ids that a step derived; messages of people and command lines have others. */
const DERIVED = /^m-[0-9a-f]{24}$/;

type Part = Pick<LogEvent & { event: "task:received" }, "state">["state"];

/** What a message file of an agent's workspace says; `undefined`: nothing that has an event (a message that was withdrawn). */
export function letterEvent(agent: string, letter: Letter): LogEvent | undefined {
  const { message, file, place } = letter;
  if (message === undefined || place === "dead") return undefined;
  const about = {
    v: 1 as const,
    time: message.sent_at,
    agent,
    file,
    message: message.id,
    from: message.from,
    to: message.to,
    task: message.task_id,
    ...(message.subtask_id === undefined ? {} : { subtask: message.subtask_id }),
    attempt: message.attempt,
  };
  if (place === "pending" || place === "outbox") {
    return sentEvent(about, message, place === "pending" ? "pending" : "accepted");
  }
  if (message.from === agent && message.type !== "outcome") return undefined;
  if (message.type === "outcome" && message.from === agent && DERIVED.test(message.id)) {
    return { ...about, event: "outcome:recorded", ...outcomeOf(message) };
  }
  return receivedEvent(
    about,
    message,
    place === "inbox" ? "waiting" : letter.isRepeat ? "repeat" : "handled",
  );
}

/** Of a dead letter; its time is that of the file with the reason. */
export function deadEvent(agent: string, letter: Letter, reason: string, time: string): LogEvent {
  const code = /^E_[A-Z_]+/.exec(reason)?.[0] as ErrorCode | undefined;
  const { from, task_id, subtask_id, attempt } = letter.envelope ?? {};
  return {
    event: "message:dead",
    v: 1,
    time,
    agent,
    file: letter.file,
    code: code !== undefined && ERROR_CODES.includes(code) ? code : "E_INTERNAL",
    reason,
    ...(letter.id === undefined ? {} : { message: letter.id }),
    ...(from === undefined ? {} : { from }),
    ...(task_id === undefined ? {} : { task: task_id }),
    ...(subtask_id === undefined ? {} : { subtask: subtask_id }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}

type About = Omit<LogEvent & { event: "control:sent" }, "event" | "control" | "state">;

function sentEvent(about: About, message: Message, state: "pending" | "accepted"): LogEvent | undefined {
  switch (message.type) {
    case "task":
      return { ...about, event: "task:sent", title: message.body.title, state };
    case "reply":
      return { ...about, event: "reply:sent", status: message.status, state };
    case "control":
      return { ...about, event: "control:sent", ...controlOf(message), state };
    case "progress":
      return { ...about, event: "progress:sent", note: message.note, state };
    case "outcome":
      return undefined;
  }
}

function receivedEvent(about: About, message: Message, state: Part): LogEvent {
  switch (message.type) {
    case "task":
      return { ...about, event: "task:received", title: message.body.title, state };
    case "reply":
      return { ...about, event: "reply:received", status: message.status, state };
    case "control":
      return { ...about, event: "control:received", ...controlOf(message), state };
    case "progress":
      return { ...about, event: "progress:received", note: message.note, state };
    case "outcome":
      return { ...about, event: "outcome:received", ...outcomeOf(message), state };
  }
}

/** So many characters of what a person wrote are told; the file has the rest. */
const MOST = 500;

function controlOf({ control, body }: Message & { type: "control" }) {
  const text = body.text.trim();
  return { control, ...(text === "" ? {} : { text: text.slice(0, MOST).toWellFormed() }) };
}

function outcomeOf({ outcome, question }: Message & { type: "outcome" }) {
  return { outcome, ...(question === undefined ? {} : { question }) };
}
