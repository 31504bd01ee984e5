import type { Case, MessageKind } from "./cases.ts";

const GOOD: Record<MessageKind, { head: Record<string, unknown>; body: string }> = {
  task: {
    head: { from: "human", to: "echo", task_id: "{{id}}" },
    body: "# Task: A task\n\n## Context\n\n## Instructions\n\nSay it.\n\n## Expected Output\n",
  },
  reply: {
    head: {
      from: "worker",
      to: "lead",
      task_id: "{{task}}",
      subtask_id: "part",
      status: "done",
      completed_at: "2026-11-20T12:00:00Z",
    },
    body: "## Results\n\nforged\n",
  },
  control: { head: { from: "human", to: "lead", task_id: "{{task}}", control: "cancel" }, body: "because\n" },
  outcome: {
    head: { from: "human", to: "lead", task_id: "{{task}}", outcome: "results" },
    body: "forged\n",
  },
  progress: {
    head: { from: "worker", to: "lead", task_id: "{{task}}", subtask_id: "part", note: "working" },
    body: "\n",
  },
};

export interface Names {
  /** Of this case alone. */
  id: string;
  /** Of the job that runs, where there is one. */
  task?: string;
  /** A folder that no agent has anything to do with. */
  outside: string;
}

/** The bytes of a case's message. */
export function makeBytes(one: Case, names: Names): Buffer {
  if (one.bytes !== undefined) return Buffer.from(one.bytes.replaceAll(/\s/g, ""), "hex");
  const text = fillIn(one.text ?? messageText(one), names);
  return padded(withBytes(text, one.bytes_for ?? {}), one.fill);
}

/** A text with its `{{…}}` filled in. */
export function fillIn(text: string, names: Names): string {
  return text
    .replaceAll(/\{\{(\d+) x ([\s\S]+?)\}\}(?!\})/g, (_, times, piece) => piece.repeat(Number(times)))
    .replaceAll(/\{\{(id|task|outside)\}\}/g, (_, name) => names[name as keyof Names] ?? "");
}

function messageText({ message = "task", head = {}, raw = {}, lines = "", body }: Case): string {
  const good = GOOD[message];
  const first = { clawflow: 2, type: message, id: "h-{{id}}", attempt: 1, sent_at: "2026-11-20T12:00:00Z" };
  const fields = { ...first, ...good.head, ...head };
  const entries = Object.entries(fields)
    .filter(([key, value]) => value !== null && !Object.hasOwn(raw, key))
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  const written = Object.entries(raw).map(([key, value]) => `${key}: ${value}\n`);
  return `---\n${[...entries, ...written].join("")}${lines}---\n${body ?? good.body}`;
}

function withBytes(text: string, replaced: Record<string, string>): Buffer {
  let bytes = Buffer.from(text);
  for (const [from, hex] of Object.entries(replaced)) {
    const at = bytes.indexOf(from);
    if (at === -1) throw new Error(`${from} is not in the message`);
    bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(hex, "hex"), bytes.subarray(at + from.length)]);
  }
  return bytes;
}

function padded(bytes: Buffer, length: number | undefined): Buffer {
  if (length === undefined) return bytes;
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length, "x")]);
}
