import type { z } from "zod";
import { internal } from "../protocol/errors.ts";
import type { Io } from "./io.ts";

const UNSEEN =
  /[\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\udb40][\udc00-\udc7f]/g;

/** One JSON value of a documented shape, with what a terminal could take for commands written as escapes. */
export function printJson<T extends z.ZodType>(io: Io, shape: T, value: z.input<T>): void {
  const checked = shape.safeParse(value);
  if (!checked.success) throw internal("a --json answer does not have its documented shape", checked.error);
  io.out(`${jsonText(value, 2)}\n`);
}

/** One value a line, for logs. */
export function printJsonLine(io: Io, value: unknown): void {
  io.out(`${jsonText(value)}\n`);
}

export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNSEEN, (found) =>
    Array.from(
      { length: found.length },
      (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
