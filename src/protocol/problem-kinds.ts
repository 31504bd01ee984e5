/** What a person should look at, in the order in which it is told. */
export const PROBLEM_KINDS = [
  "approval",
  "answer",
  "person",
  "edit",
  "dead",
  "undelivered",
  "failed",
  "unreadable",
  "paused",
  "stopped",
] as const;
