/** What `verify` looks into, one file each. */
export const CHECKS = [
  "delivered",
  "whole",
  "outcomes",
  "dependencies",
  "waits",
  "grants",
  "keys",
  "leftovers",
] as const;
export type CheckName = (typeof CHECKS)[number];

/** Something that must not be. */
export interface Finding {
  check: CheckName;
  agent: string;
  /** The file that shows it, relative to the agent's workspace. */
  file?: string;
  task_id?: string;
  text: string;
}

export interface Verification {
  findings: Finding[];
  /** How many things each check looked at. */
  checked: Record<CheckName, number>;
  /** What could not be checked, and why. */
  notes: string[];
}

/** Where a check puts what it sees. */
export interface Report {
  /** One more thing was looked at. */
  saw(check: CheckName): void;
  found(finding: Finding): void;
  note(text: string): void;
}

export function newReport(): Report & { verification: Verification } {
  const checked = Object.fromEntries(CHECKS.map((check) => [check, 0])) as Record<CheckName, number>;
  const verification: Verification = { findings: [], checked, notes: [] };
  return {
    verification,
    saw: (check) => void checked[check]++,
    found: (finding) => void verification.findings.push(finding),
    note: (text) => void (verification.notes.includes(text) || verification.notes.push(text)),
  };
}
