import { expect, test } from "vitest";
import { PROBLEMS } from "../../src/view/status.ts";
import { CAUSES } from "../../src/view/why/hold.ts";
import { codeWords, readDoc, sectionOf, tableRows } from "./docs.ts";

test("docs/why-it-waits.md has a row for each cause, in the order in which they are named", () => {
  const rows = tableRows(sectionOf(readDoc("docs/why-it-waits.md"), "## The causes"));
  expect(rows.map(([name = ""]) => codeWords(name)[0])).toEqual([...CAUSES]);
});

test("docs/command-line.md has every kind of problem, in the order in which they are told", () => {
  const section = sectionOf(readDoc("docs/command-line.md"), "### `clawflow status [task]`");
  const kinds = tableRows(section).flatMap(([name = ""]) =>
    codeWords(name).filter((word) => !word.startsWith("--")),
  );
  expect(kinds).toEqual([...PROBLEMS]);
});
