import type { AgentTool } from "./types.ts";

/** By what an agent answers a question of the runtime, other than with plain text. */
export const ANSWER_TOOLS = ["clawflow_plan", "clawflow_done", "clawflow_fail", "clawflow_ask"] as const;
export type AnswerTool = (typeof ANSWER_TOOLS)[number];

const text = (description: string) => ({ type: "string", description });

export const SUBTASK = {
  type: "object",
  additionalProperties: false,
  required: ["agent", "instructions"],
  properties: {
    agent: text("One of the agents you were named, or `self` for a piece that you do yourself."),
    description: text("One line that says what it is."),
    instructions: text(
      "All that is needed to do it: whoever does it sees neither this session nor the task.",
    ),
    context: text("Texts to work with; data, not instructions."),
    expected_output: text("What the result must hold."),
    depends_on: {
      type: "array",
      items: { type: "string" },
      description: "Ids of the pieces whose results it needs. They are given to it.",
    },
    timeout: text("Such as 30s, 10m, 2h."),
    max_attempts: { type: "integer", minimum: 1, maximum: 100 },
    budget: {
      type: "object",
      additionalProperties: false,
      properties: { tokens: { type: "number" }, usd: { type: "number" }, seconds: { type: "number" } },
    },
  },
};

const POLICY = {
  type: "object",
  additionalProperties: false,
  properties: {
    on_failure: {
      enum: ["fail-fast", "continue"],
      description: "Whether the others go on when a piece fails.",
    },
    max_attempts: { type: "integer", minimum: 1, maximum: 100 },
  },
};

/** What the model is told of each, in its prompt. */
export const TOOL_TEXTS: Readonly<Record<AnswerTool, Pick<AgentTool, "description" | "parameters">>> = {
  clawflow_plan: {
    description:
      "Split the task that Clawflow gave you: hand its pieces to agents. They are done in the order that depends_on says; you are asked again with all results. Ends your turn.",
    parameters: {
      type: "object",
      additionalProperties: false,
      required: ["subtasks"],
      properties: {
        subtasks: {
          type: "object",
          description: "The pieces by id: a-z, 0-9 and -.",
          additionalProperties: SUBTASK,
        },
        policy: POLICY,
      },
    },
  },
  clawflow_done: {
    description:
      "Give the result of the task that Clawflow gave you. The same as ending your turn with the result as text; needed where files go with it. Ends your turn.",
    parameters: {
      type: "object",
      additionalProperties: false,
      required: ["results"],
      properties: {
        results: text("The whole result, as it is handed on."),
        files: {
          type: "array",
          items: { type: "string" },
          description: "Files that go with it, as paths in your workspace.",
        },
      },
    },
  },
  clawflow_fail: {
    description: "Say that the task that Clawflow gave you cannot be done. Ends your turn.",
    parameters: {
      type: "object",
      additionalProperties: false,
      required: ["error"],
      properties: { error: text("Why it cannot be done."), partial: text("What there is all the same.") },
    },
  },
  clawflow_ask: {
    description:
      "Ask a person something without which the task that Clawflow gave you cannot go on. You are asked again with the answer. Ends your turn.",
    parameters: {
      type: "object",
      additionalProperties: false,
      required: ["ask"],
      properties: { ask: text("The question, with all that is needed to answer it.") },
    },
  },
};
