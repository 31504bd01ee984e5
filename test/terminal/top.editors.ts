import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureBuilt, MAIN, run, until } from "../cli/cli.ts";
import { isInstalled } from "../editors/programs.ts";
import { Terminal } from "../editors/terminal.ts";

beforeAll(ensureBuilt, 120_000);

const EXAMPLE = fileURLToPath(new URL("../../examples/human-review", import.meta.url));

let shells = 0;

/** The example with a host, and a shell in a terminal there. */
async function scene(): Promise<{ folder: string; shell: Terminal }> {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-top-"));
  cpSync(EXAMPLE, folder, { recursive: true });
  const host = spawn(process.execPath, [MAIN, "up"], { cwd: folder, stdio: "ignore" });
  const gone = new Promise((resolve) => host.once("exit", resolve));
  onTestFinished(async () => {
    host.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(
    join(folder, "rc"),
    `PS1='ready$ '\ncd '${folder}'\nalias cf="'${process.execPath}' '${MAIN}'"\n`,
  );
  const shell = new Terminal(`top-${++shells}`, ["bash", "--noprofile", "--rcfile", join(folder, "rc")]);
  onTestFinished(() => shell.close());
  await shell.shows("ready$");
  return { folder, shell };
}

test.skipIf(!isInstalled("tmux"))(
  "what waits for a person is seen, approved by a key, and goes on; the terminal is as before",
  async () => {
    const { folder, shell } = await scene();
    const { out } = await run(["send", "editor", "launch.md", "--title", "Launch"], { cwd: folder });
    const job = out.trim();
    shell.type("stty -a > before; echo standing");
    shell.press("Enter");
    await shell.shows("\nstanding");
    const before = shell.screen();
    shell.type("cf top; stty -a > after");
    shell.press("Enter");
    await shell.shows("Which tone");
    shell.type("wsober");
    shell.press("Enter");
    await shell.shows("Approve the plan: 2 subtasks");
    shell.resize(40, 10);
    await shell.shows("Needs you (1)");
    await until(() =>
      shell
        .screen()
        .split("\n")
        .every((line) => line.length <= 40),
    );
    shell.resize(160, 60);
    shell.press("Enter");
    await shell.shows("[1 tree]");
    shell.type("a");
    await shell.shows("approve is sent to editor");
    await shell.shows("✓ ├─ facts");
    await until(async () => (await run(["why", `${job}.draft`], { cwd: folder })).out.includes("question"));
    await shell.shows("answer: Lantern is on sale");
    shell.type("q");
    await shell.ends("the prompt", (line) => line.startsWith("ready$"));
    expect(shell.screen().trimEnd().split("\n").slice(0, -1).join("\n")).toContain(
      before.trimEnd().split("\n").slice(0, -1).join("\n"),
    );
    await sameModes(folder);
  },
);

test.skipIf(!isInstalled("tmux"))(
  "a signal, a suspension: the shell's screen is back, and its terminal",
  async () => {
    const { folder, shell } = await scene();
    shell.type("stty -a > before; cf top; echo ended $?; stty -a > after");
    shell.press("Enter");
    await shell.shows("Nothing is going on");
    shell.press("C-z");
    await shell.shows("Stopped");
    shell.type("fg");
    shell.press("Enter");
    await shell.shows("Nothing is going on");
    shell.type("q");
    await shell.ends("the prompt", (line) => line.startsWith("ready$"));
    shell.type("clear; cf top; echo ended $?; stty -a > after");
    shell.press("Enter");
    await shell.shows("Nothing is going on");
    const pids = execFileSync("pgrep", ["-f", "main.js top$"], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
    const own = pids.filter((pid) => cwdOf(pid) === folder);
    expect(own).toHaveLength(1);
    for (const pid of own) process.kill(pid, "SIGTERM");
    await shell.shows("ended 3");
    expect(shell.cursorShown()).toBe(true);
    await sameModes(folder);
  },
);

test.skipIf(!isInstalled("tmux"))("without colours nothing is lost, and 20 columns are enough", async () => {
  const { folder, shell } = await scene();
  await run(["send", "editor", "launch.md", "--title", "Launch"], { cwd: folder });
  shell.type("unset NO_COLOR; stty -a > before; cf top");
  shell.press("Enter");
  await shell.shows("Which tone");
  expect(shell.colouredScreen()).toMatch(COLOUR);
  shell.type("q");
  await shell.ends("the prompt", (line) => line.startsWith("ready$"));
  shell.type("clear; NO_COLOR=1 cf top; stty -a > after");
  shell.press("Enter");
  await shell.shows("Which tone");
  expect(shell.colouredScreen()).not.toMatch(COLOUR);
  // The chosen row is seen all the same.
  expect(shell.colouredScreen()).toContain("\u001b[7m");
  shell.resize(20, 8);
  await until(() => shell.screen().includes("? ") && widest(shell.screen()) <= 20);
  shell.resize(160, 60);
  await shell.shows("In a shell: ");
  shell.type("q");
  await shell.ends("the prompt", (line) => line.startsWith("ready$"));
  expect(shell.cursorShown()).toBe(true);
  await sameModes(folder);
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal takes for a colour begins with one
const COLOUR = /\u001b\[(?:\d+;)*(?:[34][0-8]|9[0-7]|10[0-7])(?:;\d+)*m/;

function widest(screen: string): number {
  return Math.max(...screen.split("\n").map((line) => line.trimEnd().length));
}

/** What `stty` says after it is what it said before. */
async function sameModes(folder: string): Promise<void> {
  const modes = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  await until(() => modes("after") !== "");
  expect(modes("after")).toBe(modes("before"));
}

function cwdOf(pid: number): string {
  try {
    return execFileSync("readlink", [`/proc/${pid}/cwd`], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
