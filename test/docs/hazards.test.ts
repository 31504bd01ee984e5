import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeWords, PROJECT, readDoc, sectionOf, tableRows } from "./docs.ts";

const HAZARDS = Array.from({ length: 38 }, (_, index) => `H${index + 1}`);
const rows = tableRows(sectionOf(readDoc("docs/simulator.md"), "## Hazards"));

test("docs/simulator.md has a row for each hazard, and a file of the simulator that makes it happen", () => {
  expect(rows.map(([id]) => id)).toEqual(HAZARDS);
  expect(
    rows.filter(([, , files = ""]) => !codeWords(files).some((name) => name.startsWith("sim/"))),
  ).toEqual([]);
});

test("each hazard stands in the title of a test of every file that is named for it", () => {
  const missing = rows.flatMap(([id = "", , files = ""]) =>
    codeWords(files).flatMap((name) =>
      titlesOf(name).some((title) => title.includes(` ${id} `)) ? [] : [`${id} ${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

/** Titles stand behind the call, or alone on the next line; all that is no letter or digit counts as a space. */
function titlesOf(name: string): string[] {
  const path = join(PROJECT, "test", `${name}.test.ts`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").matchAll(
    /^\s*(?:(?:it|test|describe)(?:\.each\(.*\))?\(|[\])]+\()?(["`].*)$/gm,
  );
  return Array.from(lines, ([, title = ""]) => title.replace(/[^A-Za-z0-9]+/g, " "));
}
