import type { ReadDisk } from "../../store/disk.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import type { Mend } from "../../store/mend.ts";
import type { ProcessIdentity } from "../../store/process-identity.ts";
import type { RunningHost } from "../hosts.ts";

/** What `doctor` looks for. */
export const KINDS = [
  "moved",
  "layout",
  "permission",
  "journal",
  "lock",
  "task",
  "orphan",
  "foreign",
  "leftover",
] as const;
export type FindingKind = (typeof KINDS)[number];

/** Something that is not as a host would leave it. With neither `fix` nor `todo` it is told, and nothing need be done. */
export interface Finding {
  kind: FindingKind;
  /** Absent of what concerns a host's folder. */
  agent?: string;
  /** Absolute. */
  path: string;
  /** What it is and what it means. */
  text: string;
  /** What `doctor --fix` does about it, and how. */
  fix?: string;
  mends?: readonly Mend[];
  /** What a person has to do. */
  todo?: string;
}

/** A workspace that is looked at. */
export interface Patient {
  agent: string;
  paths: WorkspacePaths;
  disk: ReadDisk;
  process: ProcessIdentity;
  /** Milliseconds since 1970. */
  now: number;
  /** Who runs it now. What is in motion then is nothing to tell. */
  host: RunningHost | undefined;
  found(finding: Omit<Finding, "agent">): void;
}

/** `3 days`, `5 hours`, `a minute`: how long ago that was. */
export function ageOf(then: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - then) / 60_000));
  if (minutes < 120) return minutes === 1 ? "a minute" : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
