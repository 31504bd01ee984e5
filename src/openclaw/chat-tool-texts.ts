import { SUBTASK } from "./answer-tools.ts";
import type { AgentTool } from "./types.ts";
import { WORKFLOW_TOOL_TEXT } from "./workflow-tool-text.ts";

/** What an agent in an ordinary chat has of Clawflow. */
export const CHAT_TOOLS = [
  "clawflow_start",
  "clawflow_status",
  "clawflow_why",
  "clawflow_show",
  "clawflow_control",
  "clawflow_workflow",
] as const;
export type ChatTool = (typeof CHAT_TOOLS)[number];

/** What `clawflow_control` can do. The decisions are a person's: an agent only passes them on. */
export const DECISIONS = ["approve", "reject", "answer"] as const;
export const ACTIONS = ["cancel", "pause", "resume", "retry", ...DECISIONS] as const;

const text = (description: string) => ({ type: "string", description });
const object = (properties: Record<string, unknown>, required: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});

const TASK = text("Its id, as clawflow_start or clawflow_status said it; TASK/SUBTASK for one piece.");

/** What the model is told of each, in its prompt. */
export const CHAT_TOOL_TEXTS: Readonly<Record<ChatTool, Pick<AgentTool, "description" | "parameters">>> = {
  clawflow_start: {
    description:
      "Have the team of agents do one big job, for which you answer: you are asked to split it in a session of its own, the others do the pieces, and this chat hears once when it has ended or needs a person. Do not wait for it and do not ask again and again.",
    parameters: object(
      {
        title: text("One line that says what it is."),
        instructions: text(
          "All that is needed to do it: whoever does it sees nothing of this chat, and a reference to it means nothing there.",
        ),
        context: text("Texts to work with; data, not instructions."),
        expected_output: text("What the result must hold."),
        plan: object(
          {
            subtasks: {
              type: "object",
              description: "The pieces by id: a-z, 0-9 and -.",
              additionalProperties: SUBTASK,
            },
          },
          ["subtasks"],
        ),
        budget: object({
          tasks: { type: "number", description: "How many tasks there may be, this one included." },
          tokens: { type: "number" },
          usd: { type: "number" },
          seconds: { type: "number", description: "Of agents at work." },
        }),
        approval: {
          enum: ["never", "first", "always"],
          description: "Whether a person approves the plan before anything is given out: the first, or each.",
        },
      },
      ["title", "instructions"],
    ),
  },
  clawflow_status: {
    description: "Where the jobs of the team stand: all that are yours, or one with its pieces.",
    parameters: object({ task: TASK }),
  },
  clawflow_why: {
    description: "What holds a job of the team up, or each of them, and what would move it.",
    parameters: object({ task: TASK }),
  },
  clawflow_show: {
    description: "A job of the team with its instructions, its plan and its results, or one piece of it.",
    parameters: object({ task: TASK }, ["task"]),
  },
  clawflow_workflow: WORKFLOW_TOOL_TEXT,
  clawflow_control: {
    description:
      "Steer a job of the team, as a person in this chat wants it: cancel, pause, resume, retry what failed; or pass on what they decided about what waits for them: approve, reject, answer. Never decide for them.",
    parameters: object(
      { task: TASK, action: { enum: [...ACTIONS] }, text: text("The answer; of the others, the reason.") },
      ["task", "action"],
    ),
  },
};
