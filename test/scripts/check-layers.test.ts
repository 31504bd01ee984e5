import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT, runScript, temporaryFolder, writeFiles } from "./run-script.ts";

function check(files: Record<string, string>): { status: number | null; output: string } {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return runScript("check-layers.mjs", folder);
}

describe("check-layers", () => {
  it("refuses a violation planted in a copy of src/", () => {
    const folder = temporaryFolder();
    cpSync(join(PROJECT, "src"), folder, { recursive: true });
    const before = runScript("check-layers.mjs", folder).output;
    writeFiles(folder, { "dag/planted.ts": 'import { nodeDisk } from "../store/node-disk.ts";\n' });
    const { status, output } = runScript("check-layers.mjs", folder);
    expect(status).toBe(1);
    const fresh = output.split("\n").filter((line) => line.startsWith("src/") && !before.includes(line));
    expect(fresh).toEqual([expect.stringMatching(/^src\/dag\/planted\.ts:1: dag may not import store/)]);
  });

  const violations: [file: string, text: string, message: string][] = [
    ["store/a.ts", 'import type { Host } from "../host/host.ts";', "store may not import host"],
    ["brain/a.ts", 'export * from "../transport/local.ts";', "brain may not import transport"],
    ["host/a.ts", 'const view = await import("../view/tree.ts");', "host may not import view"],
    ["host/a.ts", 'type View = import("../view/tree.ts").View;', "host may not import view"],
    ["index.ts", 'import "./cli/main.ts";', "(top) may not import cli"],
    ["loop/a.ts", 'import "../../test/helper.ts";', "outside src/"],
    ["extra/a.ts", "export {};", "extra/ is no layer"],
    ["store/mailbox.ts", 'import { readFileSync } from "node:fs";', "only store/node-disk.ts"],
    ["host/a.ts", 'import { open } from "fs/promises";', "only store/node-disk.ts"],
    ["host/a.ts", 'import { spawn } from "node:child_process";', "may start processes"],
    ["store/a.ts", 'import { execa } from "execa";', "may start processes"],
    ["protocol/a.ts", 'import { join } from "node:path";', "protocol is pure"],
    ["loop/a.ts", 'import { nanoid } from "nanoid";', "loop is pure"],
    ["loop/a.ts", 'import { randomUUID } from "node:crypto";', "is chance"],
    ["loop/a.ts", "const now = Date.now();", "reads the clock"],
    ["loop/a.ts", "const now = new Date();", "reads the clock"],
    ["dag/a.ts", "const pick = Math.random();", "is chance"],
    ["loop/a.ts", "const time = process.hrtime();", "reaches out"],
    ["loop/a.ts", "const later = { setTimeout };", "reaches out"],
    ["loop/a.ts", "globalThis.x = setTimeout(() => {}, 1);", "reaches out"],
    ["cli/a.ts", `// ${"\n".repeat(250)}`, "251 lines"],
  ];
  const named = violations.map(([file, text, message], index) => {
    return { file: file.replace("a.ts", `a${index}.ts`), text, message };
  });
  const { status, output } = check(Object.fromEntries(named.map(({ file, text }) => [file, `${text}\n`])));
  it.each(named)("$file: $text", ({ file, message }) => {
    expect(status).toBe(1);
    const said = output.split("\n").filter((line) => line.startsWith(`src/${file}:`));
    expect(said).toEqual([expect.stringContaining(message)]);
  });

  it("takes what is allowed", () => {
    const { status, output } = check({
      "index.ts": 'export * from "./host/host.ts";\n',
      "cli/main.ts": 'import { readFileSync } from "node:fs";\nimport "../index.ts";\n',
      "brain/run.ts":
        'import { execa } from "execa";\nimport "../store/disk.ts";\nimport "../protocol/ids.ts";\n',
      "store/node-disk.ts": 'import * as fs from "node:fs";\n',
      "protocol/ids.ts":
        'import { createHash } from "node:crypto";\n// Date.now() of a comment\nconst at = new Date(0);\ninterface Call { process: number; performance?: string }\nconst call = ({ process }: Call) => process;\nexport const text = "Math.random()";\n',
      "host/long.ts": `// Longer than 250 lines because it is a table.\n${"\n".repeat(300)}`,
    });
    expect(output).toBe("6 files, median 3 lines, longest 301 (host/long.ts)\n");
    expect(status).toBe(0);
  });
});
