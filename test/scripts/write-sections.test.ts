import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeSections } from "../../scripts/lib/write-sections.mjs";

function page(text: string): { path: string; read(): string } {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-page-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "page.md");
  writeFileSync(path, text);
  return { path, read: () => readFileSync(path, "utf8") };
}

test("what is given stands in its order, what is not given stays, and the page around it is as it was", () => {
  const { path, read } = page("# P\n\n<!-- begin x -->\n\nnothing yet\n\n<!-- end x -->\n\n### After\n");
  const order = ["One", "Two", "Three"];
  writeSections(
    path,
    "x",
    [
      { title: "Three", text: "3" },
      { title: "One", text: "1" },
    ],
    order,
  );
  writeSections(
    path,
    "x",
    [
      { title: "Two", text: "2" },
      { title: "One", text: "1, again\n\n#### Part\n\nof it" },
    ],
    order,
  );
  expect(read()).toBe(
    "# P\n\n<!-- begin x -->\n\n### One\n\n1, again\n\n#### Part\n\nof it\n\n### Two\n\n2\n\n### Three\n\n3\n\n<!-- end x -->\n\n### After\n",
  );
});

test("a section without a place is an error, and does not vanish", () => {
  const { path } = page("<!-- begin x -->\n\n<!-- end x -->\n");
  expect(() => writeSections(path, "x", [{ title: "Four", text: "4" }], ["One"])).toThrow(/Four/);
});

test("a page without the lines is left alone", () => {
  const { path, read } = page("# P\n");
  expect(() => writeSections(path, "x", [], [])).toThrow(/begin x/);
  expect(read()).toBe("# P\n");
});
