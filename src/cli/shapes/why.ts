import { z } from "zod";
import { CAUSES } from "../../view/why/hold.ts";
import { status } from "./parts.ts";

const held = {
  agent: z.string(),
  task_id: z.string(),
  subtask: z.string().optional(),
  /** In a sentence. */
  what: z.string(),
  since: z.string().optional(),
  /** What would move it. */
  command: z.string().optional(),
};

/** Milliseconds until it ends by itself, about. */
const endsIn = z.number().optional();

const heldBy = <C extends string, S extends z.ZodRawShape>(cause: C, shape: S) =>
  z.strictObject({ cause: z.literal(cause), ...held, ...shape });

const hold = z.discriminatedUnion("cause", [
  heldBy("approval", { who: z.string(), ends_in: endsIn }),
  heldBy("question", { who: z.string(), ends_in: endsIn }),
  heldBy("person", { who: z.string(), ends_in: endsIn }),
  heldBy("paused", { by: z.enum(["itself", "above"]) }),
  heldBy("edit", { file: z.string() }),
  heldBy("dead-letter", { file: z.string(), type: z.string().optional() }),
  heldBy("undeliverable", { to: z.string(), file: z.string().optional() }),
  heldBy("peer-gone", { peer: z.string(), in_team: z.boolean() }),
  heldBy("budget", {}),
  heldBy("deadline", { ends_in: endsIn }),
  heldBy("dependency", { failed: z.string(), skipped: z.array(z.string()) }),
  heldBy("failed", {}),
  heldBy("locked", {
    pid: z.number(),
    state: z.enum(["stopped", "unknown"]),
    machine: z.string().optional(),
  }),
  heldBy("no-host", {}),
  heldBy("brain", {
    question: z.string(),
    kind: z.enum(["consider", "subtask", "synthesise", "script"]),
    asked: z.number(),
    pid: z.number().optional(),
    ends_in: endsIn,
  }),
  heldBy("place", { of: z.enum(["subtasks", "brains"]) }),
  heldBy("pause", { ends_in: endsIn }),
  heldBy("remote", { peer: z.string() }),
  heldBy("inbox", { file: z.string().optional() }),
  heldBy("reply", { to: z.string(), file: z.string().optional() }),
  heldBy("cancelled", {}),
  heldBy("done", {}),
]);

/** `why`: of the task, or of every open job. */
export const whyShape = z.strictObject({
  reasons: z.array(
    z.strictObject({
      agent: z.string(),
      task_id: z.string(),
      subtask: z.string().optional(),
      title: z.string(),
      status,
      hold,
      /** From the task that was asked about to where it is held. */
      chain: z.array(
        z.strictObject({ agent: z.string(), task_id: z.string().optional(), subtask: z.string().optional() }),
      ),
      /** What else holds it back, by cause; `first`: what matters first of it. */
      also: z.array(z.strictObject({ cause: z.enum(CAUSES), count: z.number(), first: hold })),
    }),
  ),
});
