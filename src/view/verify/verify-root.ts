import type { ReadDisk } from "../../store/disk.ts";
import { checkDelivered } from "./delivered.ts";
import { checkDependencies } from "./dependencies.ts";
import { collectEvidence } from "./evidence.ts";
import { type Finding, newReport, type Verification } from "./finding.ts";
import { checkGrants } from "./grants.ts";
import { checkKeys } from "./keys.ts";
import { checkLeftovers } from "./leftovers.ts";
import { checkOutcomes } from "./outcomes.ts";
import { checkWaits } from "./waits.ts";
import { checkWhole } from "./whole.ts";

export interface VerifyOptions {
  /** The deepest level that tasks may stand at. Default: what settings allow at most. */
  depth?: number;
}

/**
 * Checks what the files of the workspaces must show whatever happened to them. Reads every file once. To be used when no host runs, or when it
 * rests: what is written meanwhile may look like a fault.
 *
 * @param agents workspaces by agent id, absolute: all of the root, or messages between them cannot be followed
 */
export function verify(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  options: VerifyOptions = {},
): Verification {
  const evidence = collectEvidence(disk, agents);
  const report = newReport();
  checkDelivered(evidence, report);
  checkWhole(evidence, report);
  checkOutcomes(evidence, report);
  checkDependencies(evidence, report);
  checkWaits(evidence, report);
  checkGrants(evidence, report, options);
  checkKeys(evidence, report);
  checkLeftovers(evidence, report);
  return report.verification;
}

/** What is wrong, as `verify` finds it: nothing, in a root as it should be. */
export function verifyRoot(
  disk: ReadDisk,
  agents: ReadonlyMap<string, string>,
  options: VerifyOptions = {},
): Finding[] {
  return verify(disk, agents, options).findings;
}
