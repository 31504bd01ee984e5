import { z } from "zod";
import { KINDS } from "../../view/doctor/finding.ts";
import { CHECKS } from "../../view/verify/finding.ts";

/** `verify` */
export const verifyShape = z.strictObject({
  findings: z.array(
    z.strictObject({
      check: z.enum(CHECKS),
      agent: z.string(),
      file: z.string().optional(),
      task_id: z.string().optional(),
      text: z.string(),
    }),
  ),
  checked: z.record(z.enum(CHECKS), z.number()),
  notes: z.array(z.string()),
});

/** `gc`; `removed` is absent of a dry run. */
export const gcShape = z.strictObject({
  dry_run: z.boolean(),
  tasks: z.array(z.strictObject({ agent: z.string(), task_id: z.string() })),
  removed: z.strictObject({ tasks: z.number(), messages: z.number(), blobs: z.number() }).optional(),
});

/** `vault`; paths are absolute. */
export const vaultShape = z.strictObject({
  folder: z.string(),
  notes: z.number(),
  /** Of these, those whose text changed. */
  written: z.number(),
  /** Notes of tasks that are gone. */
  removed: z.number(),
  /** Files of somebody else where notes would stand. */
  left_alone: z.array(z.string()),
});

const doctorFinding = z.strictObject({
  kind: z.enum(KINDS),
  /** Absent of a host's folder. */
  agent: z.string().optional(),
  path: z.string(),
  text: z.string(),
  /** What `--fix` does. */
  fix: z.string().optional(),
  /** What a person has to do. */
  todo: z.string().optional(),
});

/** `doctor`; `findings`: what is left; `fixed`: what `--fix` has mended. */
export const doctorShape = z.strictObject({
  root: z.string(),
  hosts: z.array(
    z.strictObject({
      pid: z.number(),
      state: z.enum(["alive", "unknown"]),
      stopped: z.literal(true).optional(),
      agents: z.array(z.string()),
    }),
  ),
  findings: z.array(doctorFinding),
  fixed: z.array(doctorFinding),
});

/** `doctor --moved`, `doctor --copied`; without an agent there may be several. */
export const adoptedShape = z.strictObject({
  agent: z.string(),
  workspace: z.string(),
  as: z.enum(["moved", "copied"]),
  others: z.array(z.strictObject({ agent: z.string(), workspace: z.string() })).optional(),
});
