import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { SETUP_OPTIONS } from "../../src/openclaw/setup/add-setup.ts";
import { allDocs, PROJECT, readDoc } from "./docs.ts";

test.each(allDocs())("links of %s lead somewhere", (path) => {
  const prose = readDoc(path).replace(/^```[\s\S]*?^```$/gm, "");
  for (const [, target = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const to = file === "" ? path : normalize(join(dirname(path), file));
    expect(existsSync(join(PROJECT, to)), `${path}: ${target}`).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(to), `${path}: ${target}`).toContain(anchor);
  }
});

test("every file of the project that a document names is there", () => {
  for (const path of allDocs()) {
    for (const [, file = ""] of readDoc(path).matchAll(/`((?:src|test|schemas|scripts|bench)\/[\w./-]+)`/g))
      expect(existsSync(join(PROJECT, file)), `${path}: ${file}`).toBe(true);
  }
});

test("every page of docs/ is reached from the README", () => {
  const readme = readDoc("README.md");
  const pages = readdirSync(join(PROJECT, "docs")).filter((name) => name.endsWith(".md"));
  for (const name of pages) expect(readme).toContain(`(docs/${name})`);
});

const io = { out() {}, err() {} } as unknown as Io;
const commands = makeProgram(io).program.commands.map((command) => command.name());

/** `clawflow <word>` where it stands as code: in backticks, in fences, in texts of the program. */
const COMMAND = /(?:`|^|\$ |"|&& |\| |\$\()clawflow ([a-z][a-z-]*)/gm;

test("every command that a document names exists", () => {
  for (const path of allDocs()) {
    for (const [, name = ""] of readDoc(path).matchAll(COMMAND)) {
      expect([...commands, "help"], `${path}: clawflow ${name}`).toContain(name);
    }
  }
});

/** Options of `openclaw` and of its command `clawflow setup`, which texts of the plugin name. */
const OPENCLAW_FLAGS = ["--session-key", ...SETUP_OPTIONS.map(([flags]) => flags.split(" ")[0])];

test("every command and option that a hint of the program names exists", () => {
  const program = makeProgram(io).program;
  const flags = [program, ...program.commands].flatMap((command) =>
    command.options.map((option) => option.long),
  );
  for (const entry of readdirSync(join(PROJECT, "src"), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!statSync(path).isFile()) continue;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      for (const [, name = ""] of line.matchAll(/[`(: ]clawflow ([a-z][a-z-]*)(?=[ `)])/g)) {
        if (/^\s*(\/\*|\*|\/\/)/.test(line) || /^\s*import/.test(line)) continue;
        expect([...commands, "help"], `${path}: ${line.trim()}`).toContain(name);
      }
      // An option that a text names, not an argument of another program.
      for (const [, flag] of line.matchAll(/["`.;] ?[^"`]* (--[a-z][a-z-]+)(?=[ ".,`:])/g)) {
        if (path.includes("/openclaw/") && OPENCLAW_FLAGS.includes(flag)) continue;
        if (!/^\s*(\/\*|\*|\/\/)/.test(line)) expect(flags, `${path}: ${line.trim()}`).toContain(flag);
      }
    }
  }
});

/** As they are made of headings: lower case, marks dropped, a dash for each blank. */
function anchorsOf(path: string): string[] {
  const headings = readDoc(path)
    .replace(/^```[\s\S]*?^```$/gm, "")
    .matchAll(/^#{1,6} (.*)$/gm);
  return [...headings].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
