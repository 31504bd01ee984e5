import type { ActRequest, Values } from "./to-act.ts";

const OPTIONS = ["title", "tasks", "tokens", "usd", "approval"] as const;

/** What sends the task. @throws Error where something is missing */
export function giveWork(values: Values): ActRequest {
  const agent = values.agent?.trim() ?? "";
  const text = values.text?.trim() ?? "";
  if (agent === "") throw new Error("Say which agent is to do it.");
  if (text === "") throw new Error("Write what is to be done.");
  const options: Record<string, string> = {};
  for (const name of OPTIONS) {
    const value = values[name]?.trim() ?? "";
    if (value !== "") options[name] = value;
  }
  return { command: "send", body: { words: [agent, "-"], options, input: text } };
}
