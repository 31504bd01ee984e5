import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BrainQuestion } from "../../src/protocol/question.ts";
import { AUDIT, addFiles, audit, lib, makeFolder, sectionOf } from "./audit-folder.ts";
import { driveTeam } from "./drive-team.ts";

/** Root may read everything: then the agents are started as another user. */
const NOBODY = 65534;
const asRoot = process.getuid?.() === 0;

describe("odd folders", () => {
  test("an empty one has a report that says so", async () => {
    const { report, answer, calls } = await audit(makeFolder());
    expect(report).toContain("There are no files here.");
    expect(answer).toContain("There are no files here.");
    expect(calls.map((call) => call.path.at(-1))).toEqual(["lead", "writer", "lead"]);
  });

  test("one that does not exist is an error that names it", async () => {
    await expect(audit(join(tmpdir(), "clawflow-no-such-folder"))).rejects.toThrow(
      /clawflow-no-such-folder does not exist/,
    );
  });

  test("a single file is audited alone", async () => {
    const folder = makeFolder({ "one.ts": "const a = 1;\n", "two.ts": "const b = 2;\n" });
    const { report } = await audit(join(folder, "one.ts"));
    expect(report).toContain("# Audit of one.ts");
    expect(report).toContain("1 file, 1 line of text");
    expect(report).not.toContain("two.ts");
  });

  test("binary files alone are named and counted", async () => {
    const { report } = await audit(
      makeFolder({
        "a.bin": new Uint8Array(3_000),
        "b.bin": new Uint8Array([0, 1, 2]),
        "c.bin": new Uint8Array(3_000),
      }),
    );
    expect(report).toContain("3 files, 0 lines of text, 6.0 kB.");
    expect(report).toContain("No text at all.");
    expect(sectionOf(report, "Binary files")).toContain("| `a.bin` | 3.0 kB |");
    expect(sectionOf(report, "Duplicate files")).toContain("2 files of 3.0 kB: `a.bin`, `c.bin`");
  });

  test("a file larger than is read is named, not read", async () => {
    const folder = makeFolder({ "small.ts": "let a;\n" });
    writeFileSync(join(folder, "huge.txt"), new Uint8Array(17 << 20));
    const { report } = await audit(folder);
    expect(sectionOf(report, "Not read")).toContain("- `huge.txt`: `larger than 17 MB`");
    expect(sectionOf(report, "Largest files")).toContain("| `huge.txt` | 18 MB |");
  });

  test("what may not be read is said, and the rest is audited", async () => {
    const folder = makeFolder({ "open.ts": "let a;\n", "shut.ts": "let b;\n", "closed/c.ts": "let c;\n" });
    const reportPath = join(makeFolder(), "AUDIT.md");
    for (const path of [folder, join(reportPath, "..")]) chmodSync(path, 0o777);
    chmodSync(join(folder, "shut.ts"), 0);
    chmodSync(join(folder, "closed"), 0);
    const { report } = await audit(folder, { reportPath, ...(asRoot ? { uid: NOBODY } : {}) });
    chmodSync(join(folder, "closed"), 0o700);
    const section = sectionOf(report, "Not read");
    expect(section).toContain("- `shut.ts`: `EACCES`");
    expect(section).toContain("- `closed`: `folder: EACCES`");
    expect(report).toContain("2 files, 1 line of text");
  });

  test("a top folder that may not be listed is an error", async () => {
    const folder = makeFolder({ "a.ts": "let a;\n" });
    chmodSync(folder, 0);
    await expect(audit(folder, asRoot ? { uid: NOBODY } : {})).rejects.toThrow(/cannot be listed: EACCES/);
    chmodSync(folder, 0o700);
  });

  test("symbolic links are not followed, and those to nowhere are named", async () => {
    const outside = makeFolder({ "out.ts": "let outside;\n" });
    const folder = makeFolder({ "a.ts": "let a;\n" });
    symlinkSync(outside, join(folder, "away"));
    symlinkSync(folder, join(folder, "loop"));
    symlinkSync("gone", join(folder, "broken"));
    const { report } = await audit(folder);
    expect(report).toContain("1 file, 1 line of text");
    expect(sectionOf(report, "Symbolic links that lead nowhere")).toContain("- `broken`: `gone`");
  });

  test("names of every kind come out whole and do not break the report", async () => {
    const names = [
      "a|b.ts",
      "with `ticks`.ts",
      "line\nbreak.ts",
      "ünï çødé/文件.ts",
      "--help/x.ts",
      "1/2.ts",
      "A/x.ts",
      "a/x.ts",
    ];
    const files = Object.fromEntries(names.map((name) => [name, `// ${"TO"}DO: ${name}\n`.repeat(40)]));
    const { report } = await audit(makeFolder({ ...files, "__proto__/constructor": "let a;\n" }));
    expect(report).toContain("`a\\|b.ts`");
    expect(report).toContain("`` with `ticks`.ts ``");
    expect(report).toContain("`line?break.ts`");
    expect(report).toContain("`ünï çødé/文件.ts`");
    for (const line of report.split("\n")) if (line.startsWith("|")) expect(line.endsWith("|")).toBe(true);
  });

  test("the runtime's own folders are left out, wherever they are", async () => {
    const folder = makeFolder({ "a.ts": "let a;\n", ".clawflow/agents/x/tasks/t/task.md": "no\n" });
    addFiles(folder, {
      "team/lead/mailbox/outbox/pending/x.md": "no\n",
      "team/lead/tasks/t/task.md": "no\n",
    });
    const { report } = await audit(folder);
    expect(report).toContain("1 file, 1 line of text");
  });
});

describe("odd requests", () => {
  const team = join(AUDIT, "team.yaml");

  test("without a folder the lead says what it needs", async () => {
    const { outcome } = await driveTeam(team, "Please audit everything");
    expect(outcome).toEqual({ error: "which folder? say it on a line of its own: Folder: /path/to/it" });
  });

  test("in free words: a path is enough, and the report goes where the command was started", async () => {
    const folder = makeFolder({ "a.ts": "let a;\n" });
    const here = makeFolder();
    const workspaces = join(here, ".clawflow", "agents");
    const { outcome } = await driveTeam(team, `Please look through ${folder} for me`, { workspaces });
    expect(outcome).toHaveProperty("results");
    expect(readFileSync(join(here, "AUDIT.md"), "utf8")).toContain("1 file, 1 line of text");
  });

  test("a report that cannot be written is an error that names it, and leaves nothing behind", async () => {
    const folder = makeFolder({ "a.ts": "let a;\n" });
    const there = makeFolder();
    mkdirSync(join(there, "AUDIT.md"));
    await expect(audit(folder, { reportPath: join(there, "AUDIT.md") })).rejects.toThrow(
      /AUDIT\.md cannot be written/,
    );
    expect(readdirSync(there)).toEqual(["AUDIT.md"]);
    await expect(audit(folder, { reportPath: join(there, "none", "AUDIT.md") })).rejects.toThrow(
      /cannot be written/,
    );
  });

  test("what a killed writer left is removed and never audited", async () => {
    const folder = makeFolder({ "a.ts": "let a;\n", ".AUDIT.999999999.tmp": "half a report\n" });
    const { report } = await audit(folder, { reportPath: join(folder, "AUDIT.md") });
    expect(report).toContain("1 file, 1 line of text");
    expect(existsSync(join(folder, ".AUDIT.999999999.tmp"))).toBe(false);
  });

  test("a piece that no inspector could look at is said in the report", async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`src/f${n}.ts`, "let a;\n"]));
    const { inspect } = await lib("inspect");
    const { formatFindings } = await lib("letters");
    const { parseAssignment } = await lib("request");
    let broken = "";
    const inspector = (question: BrainQuestion) => {
      if (broken === "") broken = question.task.task_id;
      if (broken === question.task.task_id) return { error: "out of order" };
      return { results: formatFindings(inspect(parseAssignment(question.task.instructions))) };
    };
    const { report, answer } = await audit(makeFolder(files), { replace: { inspector } });
    expect(sectionOf(report, "Not looked at")).toContain(`- ${broken.split(".").at(-1)}: out of order`);
    expect(answer).toContain("1 piece not looked at");
    expect(report).toMatch(/^[1-5]\d files, [1-5]\d lines of text/m);
  });

  test("an area of which no piece could be looked at ends the audit with an error that says so", async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`src/f${n}.ts`, "let a;\n"]));
    const inspector = () => ({ error: "out of order" });
    await expect(audit(makeFolder(files), { replace: { inspector } })).rejects.toThrow(
      /no piece of .* was looked at/,
    );
  });
});
