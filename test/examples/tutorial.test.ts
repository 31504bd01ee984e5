import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureBuilt, expectVerified, MAIN } from "../cli/cli.ts";
import { readDoc } from "../docs/docs.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/steering/", import.meta.url));

beforeAll(ensureBuilt, 120_000);

/** A shell in which the blocks are typed one after the other. */
function openShell(cwd: string) {
  const shell = spawn("bash", ["--norc"], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", DELAY: "2" },
    detached: true,
  });
  let out = "";
  for (const stream of [shell.stdout, shell.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (out += text));
  return {
    async type(text: string): Promise<string> {
      out = "";
      const end = `end-of-block-${Math.random()}`;
      shell.stdin.write(`${text}\necho ${end}\n`);
      await until(() => out.includes(end) || undefined, text);
      return out.slice(0, out.indexOf(end));
    },
    end: () => process.kill(-(shell.pid as number), "SIGKILL"),
  };
}

test("whoever follows the tutorial as written steers the job", async () => {
  const cwd = tempRoot();
  cpSync(EXAMPLE, cwd, { recursive: true });
  const shell = openShell(cwd);
  onTestFinished(() => void shell.end());
  const blocks = [...readDoc("docs/tutorial-steering.md").matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, block = ""]) => block,
  );
  expect(blocks[0]).toContain("npm ci && npm run build");
  await shell.type(`clawflow() { '${process.execPath}' '${MAIN}' "$@"; }`);

  let job = "";
  const folder = () => join(cwd, ".clawflow/agents/lead/tasks", job);
  const task = () =>
    existsSync(join(folder(), "task.md")) ? readFileSync(join(folder(), "task.md"), "utf8") : "";
  const edits = () => {
    const archive = join(cwd, ".clawflow/agents/lead/mailbox/archive");
    const names = readdirSync(archive, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.includes("control-"),
    );
    return names.filter((name) => /^control: edit$/m.test(readFileSync(join(archive, name), "utf8"))).length;
  };
  /** What a person would see before they go on. */
  const AFTER: [block: string, seen: () => boolean][] = [
    ["job=$(", () => /^status: executing$/m.test(task())],
    ["paused: true\\n", () => edits() === 1],
    ["heading: {agent", () => edits() === 2],
    ["status: again/'", () => existsSync(join(folder(), "task.problem.md"))],
    ["status: pending/'", () => edits() === 3 && !existsSync(join(folder(), "task.problem.md"))],
  ];
  const shown: Record<string, string> = {};
  for (const block of blocks.slice(1)) {
    const output = await shell.type(block);
    const line = block.trim().split("\n").at(-1) ?? "";
    shown[`${line}${line in shown ? " again" : ""}`] = output;
    if (block.includes("job=$(")) job = /^guide-[a-z0-9]+$/m.exec(output)?.[0] ?? output;
    for (const [part, seen] of AFTER) if (block.includes(part)) await until(() => seen() || undefined, part);
  }

  expect(shown["clawflow why $job"]).toContain("paused");
  expect(shown["clawflow tree $job again"]).toMatch(/heading/);
  expect(shown["clawflow status"]).toMatch(/not understood.*again/s);
  expect(shown["clawflow run --resume $job"]).toContain("scout: Say when the ferries go");
  expect(shown["clawflow report $job"]).toMatch(/edited.*paused.*text is to be done again/s);
  expect(task()).toContain("  # for the cover\n");
  expect(task()).toMatch(/text:\n(?: {4}.*\n)* {4}attempt: 2$/m);
  await expectVerified(cwd);
});
