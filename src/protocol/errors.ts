/** The closed set of error codes. `docs/errors.md` has one row a code, and a test holds the two together. */
export const ERROR_CODES = [
  // text that cannot be read
  "E_UTF8",
  "E_FRONTMATTER",
  "E_FIELD",
  "E_ID",
  "E_TYPE",
  "E_VERSION",
  "E_TOO_LARGE",
  "E_NOT_A_FILE",
  "E_JSON",
  // messages that cannot be taken
  "E_ID_REUSED",
  "E_TOO_OLD",
  "E_NOT_YOURS",
  "E_NOT_OPEN",
  "E_STATE",
  "E_UNSUPPORTED",
  "E_BLOB",
  // plans and limits
  "E_PLAN",
  "E_CYCLE",
  "E_DEPENDENCY",
  "E_UNKNOWN_AGENT",
  "E_SELF_SEND",
  "E_LIMIT",
  "E_DEPTH",
  "E_PATH",
  "E_BUDGET",
  // what ends a task
  "E_TIMEOUT",
  "E_UNDELIVERED",
  "E_CANCELLED",
  "E_SUBTASK",
  "E_BRAIN",
  "E_BRAIN_MISSING",
  "E_BRAIN_OUTPUT",
  "E_SCRIPT",
  // disk, journal, lock
  "E_JOURNAL",
  "E_DISK",
  "E_DISK_FULL",
  "E_LOCKED",
  "E_OWNED",
  "E_MOVED",
  "E_LAYOUT",
  // configuration and command line
  "E_CONFIG",
  "E_USAGE",
  "E_NOT_FOUND",
  "E_INTERNAL",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetail {
  /** The field, file or argument that is wrong, e.g. `subtasks.scan.depends_on[0]`. */
  at?: string;
  expected?: string;
  found?: string;
  /** What the reader can do now: a command, or an example of the correct form. */
  hint?: string;
  cause?: unknown;
}

/** Every error that Clawflow reports. `code` is for programs, `message` for people. */
export class ClawflowError extends Error {
  override readonly name = "ClawflowError";
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, summary: string, detail: ErrorDetail = {}) {
    super(describe(summary, detail), detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.detail = detail;
  }
}

/** An assumption of ours that did not hold: a bug of Clawflow, never of its user. */
export function internal(what: string, cause?: unknown): ClawflowError {
  return new ClawflowError("E_INTERNAL", what, cause === undefined ? {} : { cause });
}

/** `code: message` of anything thrown; what stands in a reply, a `.reason.md` or on stderr. */
export function errorText(error: unknown): string {
  if (error instanceof ClawflowError) return `${error.code}: ${error.message}`;
  return `E_INTERNAL: ${error instanceof Error ? error.message : String(error)}`.toWellFormed();
}

function describe(summary: string, { at, expected, found, hint }: ErrorDetail): string {
  let text = at === undefined ? summary : `${at}: ${summary}`;
  if (expected !== undefined) text += `; expected ${expected}`;
  if (found !== undefined) text += `; found ${found.length > 200 ? `${found.slice(0, 200)}…` : found}`;
  if (hint !== undefined) text += `. ${hint}`;
  // What was cut may have been the half of a pair.
  return text.toWellFormed();
}

/** The code that a text begins with, as `errorText` writes it. */
export function codeOf(text: string): ErrorCode | undefined {
  const code = /^(E_[A-Z0-9_]+): /.exec(text)?.[1];
  return ERROR_CODES.find((known) => known === code);
}
