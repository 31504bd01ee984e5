import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureBuilt, expectVerified, json, MAIN, until } from "../cli/cli.ts";
import { fences } from "../docs/docs.ts";
import { tempRoot } from "../host/team.ts";
import { driveTeam } from "./drive-team.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/human-review/", import.meta.url));
const readme = readFileSync(join(EXAMPLE, "README.md"), "utf8");

beforeAll(ensureBuilt, 120_000);

/** What is another each time: ids, times, processes. */
function steady(text: string): string {
  return text
    .replace(/launch-[a-z0-9]{6}/g, "launch-ID")
    .replace(/-[0-9a-f]{12}\.md/g, "-HASH.md")
    .replace(/\d{4}-\d\d-\d\dT?( ?)[\d:.]+( UTC|Z)/g, "TIME")
    .replace(/\d{4}\/\d\d\/\d\d/g, "DAY")
    .replace(/\d+h \d\dm|\d+m \d\ds|\d+(\.\d+)?s/g, "SPAN")
    .replace(/process \d+/g, "process N")
    .replace(/(SPAN|TIME) +/g, "$1 ")
    .replace(/ +$/gm, "");
}

/** `clawflow` as a program that a shell finds, and ends with the job that it is. */
function programFolder(beside: string): string {
  const folder = `${beside}-bin`;
  mkdirSync(folder);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
  writeFileSync(join(folder, "clawflow"), script, { mode: 0o755 });
  return folder;
}

/** A shell as a person has it open, in which the commands of the README are typed one after another. */
function openShell(cwd: string) {
  const shell: ChildProcess = spawn("bash", ["--norc"], {
    cwd,
    env: { ...process.env, CLAWFLOW_ROOT: "", CLAWFLOW_TEAM: "", CLAWFLOW_QUESTION: "", NO_COLOR: "1" },
    detached: true,
  });
  let out = "";
  shell.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  shell.stderr?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  const type = async (text: string): Promise<string> => {
    out = "";
    const end = `end-of-${Math.random().toString(36).slice(2)}`;
    shell.stdin?.write(`${text}\necho ${end}\n`);
    await until(() => out.includes(end) || undefined);
    return out.slice(0, out.indexOf(end));
  };
  const close = () => {
    shell.kill("SIGKILL");
  };
  return { type, close };
}

/** What `status` calls a person's turn. */
const TURNS = ["approval", "answer", "person"];

/** Until it is a person's turn, or nothing is left to do, and the files say so: a person who types is slower than that. */
async function atRest(cwd: string): Promise<void> {
  const journal = join(cwd, ".clawflow/agents/.clawflow/journal");
  await until(async () => {
    if (statSync(journal, { throwIfNoEntry: false })?.size !== 0) return undefined;
    const { running, waiting, problems, hosts } = await json(["status"], { cwd });
    const isTurn = problems.some(({ kind }: { kind: string }) => TURNS.includes(kind));
    return (hosts.length === 1 && waiting.length === 0 && (isTurn || running.length === 0)) || undefined;
  }, 30_000);
}

test("whoever follows the README as written sees what it says, and gets the release", async () => {
  const cwd = join(tempRoot(), "review");
  cpSync(EXAMPLE, cwd, { recursive: true });
  const shell = openShell(cwd);
  onTestFinished(async () => {
    await shell.type("kill %1; wait %1");
    shell.close();
    rmSync(cwd, { recursive: true, force: true });
  });
  await shell.type(`PATH='${programFolder(cwd)}':$PATH`);
  const blocks = fences(readme);
  const isSetup = (text: string) => text.includes("npm ci");
  let compared = 0;
  for (const [index, { info, text }] of blocks.entries()) {
    if (info !== "sh" || isSetup(text)) continue;
    const printed = await shell.type(text.trimEnd());
    const next = blocks[index + 1];
    if (next?.info === "") {
      expect({ text, printed: steady(printed).trimEnd() }).toEqual({
        text,
        printed: steady(next.text).trimEnd(),
      });
      compared++;
    }
    await atRest(cwd);
  }
  expect(compared).toBe(14);
  const { finished } = await json(["status"], { cwd });
  expect(finished).toMatchObject([{ agent: "editor", status: "done" }]);
  await expectVerified(cwd);
}, 90_000);

test("the files that the README tells to copy are all that the example has", async () => {
  expect(readme).toContain("cp examples/human-review/* /tmp/review");
});

test("the editor asks for the tone first; a plan that was sent back for a quote has one", async () => {
  const { outcome } = await driveTeam(
    `${EXAMPLE}team.yaml`,
    readFileSync(join(EXAMPLE, "launch.md"), "utf8"),
  );
  expect(outcome).toEqual({ ask: "Which tone: sober or playful?" });
});
