import { expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-code.ts";
import { ClawflowError, ERROR_CODES, type ErrorCode } from "../../src/protocol/errors.ts";
import { readDoc, tableRows } from "./docs.ts";

const rows = tableRows(readDoc("docs/errors.md"));

test("docs/errors.md has one row for each code, in the order of the code, and no other", () => {
  expect(rows.map(([code]) => code)).toEqual(ERROR_CODES.map((code) => `\`${code}\``));
});

test("each row says what the code means, what to do, and the exit code that the command line gives", () => {
  for (const [code = "", means = "", , toDo = "", exit = ""] of rows) {
    const error = new ClawflowError(code.replaceAll("`", "") as ErrorCode, "");
    expect([code, exit]).toEqual([code, String(exitCodeOf(error))]);
    expect(means.length, code).toBeGreaterThan(10);
    expect(toDo.length, code).toBeGreaterThan(10);
  }
});
