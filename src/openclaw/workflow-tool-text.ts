import type { AgentTool } from "./types.ts";

/** What the tool for workflow scripts can do. */
export const WORKFLOW_ACTIONS = ["run", "save", "run-saved", "list", "status", "resume", "cancel"] as const;

/** How a model writes a script: what is in reach, and nothing else. */
const LANGUAGE = `A script is the body of an async JavaScript function: top-level await, and it ends with return. In reach are only:
agent(prompt, {agent, schema, label, phase, timeout, attempts}) gives a self-contained prompt to that agent (without agent: to you, in a session of its own) and gives its text, or with schema (JSON Schema) the value; awaited alone a failure throws.
parallel([() => agent(…), …]) waits for all, a failure is null; it takes functions, not promises. pipeline(items, (previous, item, index) => …, …) takes each item through the stages by itself.
phase(name), log(text), args, budget {total, spent(), remaining()}, workflow(name, args) for a saved one. No files, no network, no require. At most 1000 calls, 16 at a time.
Example: const parts = await parallel(args.files.map((file) => () => agent("Review " + file, {agent: "coder"}))); return parts.filter((part) => part !== null);`;

const text = (description: string) => ({ type: "string", description });

export const WORKFLOW_TOOL_TEXT: Pick<AgentTool, "description" | "parameters"> = {
  description: `Have a job done that is a loop and not a list, by a short script whose calls of agents are tasks of the team. It is begun when a person has approved the whole script, and this chat hears once when it has ended; do not wait for it. ${LANGUAGE}`,
  parameters: {
    type: "object",
    additionalProperties: false,
    required: ["action"],
    properties: {
      action: { enum: [...WORKFLOW_ACTIONS] },
      script: text("run, save: the script. resume: another text of it, if it is to be another."),
      args: { description: "run, run-saved: any JSON; the script has it as args." },
      name: text("save, run-saved: a name of a-z, 0-9 and -."),
      run: text("status, resume, cancel: the id that run said."),
      budget: {
        type: "object",
        additionalProperties: false,
        properties: {
          tasks: { type: "number" },
          tokens: { type: "number" },
          usd: { type: "number" },
          seconds: { type: "number" },
        },
      },
    },
  },
};
