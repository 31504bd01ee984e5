import type { Act, ActName } from "../../api-types.ts";
import type { ActionKind } from "./offered.ts";
import { isOver, nameOf, type Subject } from "./subject.ts";

/** What a form gives; what is empty was left out. */
export type Values = Record<string, string>;

export interface ActRequest {
  command: ActName;
  body: Act;
}

/** The command that does it. @throws Error where a value is missing, with what to write */
export function toAct(kind: ActionKind, subject: Subject, values: Values = {}): ActRequest {
  const text = values.text?.trim() ?? "";
  switch (kind) {
    case "approve": {
      const plan = subject.waiting?.plan;
      const seen = plan === undefined ? {} : { plan };
      return withText("approve", subject, text, seen);
    }
    case "reject":
      return withText("reject", subject, text);
    case "answer":
      if (text === "") throw new Error("Write an answer.");
      return request(subject, "answer", [nameOf(subject), "-"], { input: text });
    case "result":
      return giveResult(subject, text);
    case "fail":
      if (text === "") throw new Error("Write why it cannot be done.");
      return request(subject, "fail", [nameOf(subject)], { options: { error: text } });
    case "pause":
    case "resume":
      return request(subject, kind, [nameOf(subject)]);
    case "retry":
      return subject.subtask === undefined && subject.from !== "human"
        ? ofGiver(subject, "retry", [])
        : request(subject, "retry", [nameOf(subject)]);
    case "reassign":
      return reassign(subject, values);
    case "add":
      return addSubtask(subject, values);
    case "limits":
      return setLimits(subject, values);
    case "cancel":
      return request(subject, "cancel", [nameOf(subject), ...(text === "" ? [] : [asWord(text)])]);
  }
}

function request(
  { agent }: Pick<Subject, "agent">,
  command: ActName,
  words: string[],
  { input, options = {} }: Pick<Act, "input" | "options"> = {},
): ActRequest {
  const body: Act = { words, options: { ...options, agent } };
  return { command, body: input === undefined ? body : { ...body, input } };
}

function withText(
  command: "approve" | "reject",
  subject: Subject,
  text: string,
  options: Record<string, string> = {},
): ActRequest {
  if (text === "") return request(subject, command, [nameOf(subject)], { options });
  return request(subject, command, [nameOf(subject), "-"], { input: text, options });
}

/** What is asked, or is a person's work, is answered by it; a subtask that is another's is taken from it. */
function giveResult(subject: Subject, text: string): ActRequest {
  if (text === "") throw new Error("Write the result.");
  if (subject.subtask === undefined) return request(subject, "done", [nameOf(subject), "-"], { input: text });
  return request(subject, "set", [nameOf(subject), "status=done", `results=${text}`]);
}

function reassign(subject: Subject, { agent = "" }: Values): ActRequest {
  const to = agent.trim();
  if (to === "") throw new Error("Say which agent is to do it.");
  const isOfTask = subject.subtask === undefined;
  const words = [`agent=${to}`];
  if (isOfTask) return ofGiver(subject, "set", words);
  if (isOver(subject.status)) words.push("status=pending");
  return request(subject, "set", [nameOf(subject), ...words]);
}

/** Of a task that an agent gave: what it is there, one of its subtasks. */
function ofGiver({ from, given }: Subject, command: ActName, words: string[]): ActRequest {
  return request({ agent: from }, command, [nameOf(given), ...words]);
}

function addSubtask(subject: Subject, { id = "", agent = "", after = "", ...texts }: Values): ActRequest {
  const name = id.trim();
  if (!/^(?!.*--)[a-z][a-z0-9-]{0,63}$/.test(name))
    throw new Error("A name is of a-z, 0-9 and -, and begins with a letter.");
  if (subject.siblings.includes(name)) throw new Error(`There is a subtask ${name} already.`);
  if (agent.trim() === "") throw new Error("Say which agent is to do it.");
  const words = [`agent=${agent.trim()}`];
  for (const key of ["description", "instructions"] as const) {
    const value = texts[key]?.trim() ?? "";
    if (value !== "") words.push(`${key}=${value}`);
  }
  const others = after.split(/[\s,]+/).filter((other) => other !== "");
  if (others.length > 0) words.push(`depends_on=[${others.join(", ")}]`);
  return request(subject, "set", [nameOf({ task_id: subject.task_id, subtask: name }), ...words]);
}

const BUDGETS = ["tasks", "tokens", "usd", "seconds"] as const;

function setLimits(subject: Subject, values: Values): ActRequest {
  const words: string[] = [];
  for (const kind of BUDGETS) {
    const value = values[kind]?.trim().replaceAll(",", "") ?? "";
    if (value === "" || Number(value) === subject.budget?.[kind]) continue;
    if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`${kind} is a number.`);
    words.push(`budget.${kind}=${value}`);
  }
  const time = values.time?.trim() ?? "";
  if (time !== "" && !/^\d+(ms|s|m|h)$/.test(time)) throw new Error("A time is like 30s, 5m or 2h.");
  if (time !== "") words.push(`${subject.subtask === undefined ? "deadline" : "timeout"}=${time}`);
  if (words.length === 0) throw new Error("Change one of them.");
  return request(subject, "set", [nameOf(subject), ...words]);
}

/** A word that begins with a dash would be an option; blanks around a text mean nothing. */
function asWord(text: string): string {
  return text.startsWith("-") ? ` ${text}` : text;
}
