import { ACTIONS } from "./chat-tool-texts.ts";

/** A command line as the call of a tool that does the same, where one does: a chat has no shell of a person. */
export function controlWords(command: string): string {
  const [program, action, task] = command.split(" ");
  if (program !== "clawflow" || task === undefined || !ACTIONS.some((known) => known === action))
    return command;
  return `clawflow_control ${JSON.stringify({ task, action })}`;
}
