import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect } from "vitest";
import { makeProgram } from "../../src/cli/program.ts";
import { reportError } from "../../src/cli/report-error.ts";
import { fakeIo } from "./fake-io.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
export const MAIN = join(PROJECT, "dist", "cli", "main.js");

/** `npm test` builds before it begins; where one file of tests is run alone, what is older than its source is built here. */
export async function ensureBuilt(): Promise<void> {
  if (existsSync(MAIN) && newest(join(PROJECT, "dist")) >= newest(join(PROJECT, "src"))) return;
  const built = await execa("npm", ["run", "-s", "build"], { cwd: PROJECT, reject: false });
  // Types that do not fit stop nothing here; `npm run types` tells of them.
  if (!existsSync(MAIN)) throw new Error(built.stdout + built.stderr);
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

export interface Ran {
  code: number | undefined;
  out: string;
  err: string;
}

export interface RunOptions {
  cwd: string;
  input?: string;
  env?: Record<string, string>;
}

/** The command as people start it: a process of its own. */
export function start(args: readonly string[], { cwd, input = "", env = {} }: RunOptions) {
  return execa(process.execPath, [MAIN, ...args], {
    cwd,
    input,
    env: {
      CLAWFLOW_ROOT: "",
      CLAWFLOW_TEAM: "",
      CLAWFLOW_QUESTION: "",
      NO_COLOR: "",
      FORCE_COLOR: undefined,
      ...env,
    },
    reject: false,
    stripFinalNewline: false,
  });
}

export async function run(args: readonly string[], options: RunOptions): Promise<Ran> {
  const { exitCode, stdout, stderr } = await start(args, options);
  return { code: exitCode, out: stdout, err: stderr };
}

/** Commands that only read, and are asked for again and again: these need no process of their own. */
const LOOKS = ["status", "why", "tree", "show", "inbox", "calls", "report", "graph", "verify"];

/** What it printed with `--json`. The shapes are held by their own test; here a test reads what it is about. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export async function json<T = any>(args: readonly string[], options: RunOptions): Promise<T> {
  const isLook = LOOKS.includes(args[0] ?? "") && options.env === undefined;
  const { out, err } = await (isLook ? look : run)([...args, "--json"], options);
  try {
    return JSON.parse(out) as T;
  } catch {
    throw new Error(`not JSON: ${out}\n${err}`);
  }
}

/** The same actions, in this process. */
async function look(args: readonly string[], { cwd }: RunOptions): Promise<Ran> {
  const io = fakeIo({ cwd });
  const { program, exitCode } = makeProgram(io);
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    return { code: reportError(io, error, true), out: io.outText(), err: io.errText() };
  }
  return { code: exitCode(), out: io.outText(), err: io.errText() };
}

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/**
 * A lead that splits by lines, one subtask a line, and a worker that does what a line says: `say X`, `fail X`, `wait NAME` (until a file of
 * that name is there).
 */
export const TEAM: Record<string, string> = {
  "team.yaml": `agents:
  lead: {description: Splits, peers: [worker], brain: {command: [node, lead.mjs]}}
  worker: {description: Works, brain: {command: [node, worker.mjs]}, concurrency: 4}
`,
  "lead.mjs": `import { readFileSync } from "node:fs";
const { kind, task, results } = JSON.parse(readFileSync(0, "utf8"));
const lines = task.instructions.split("\\n").filter(Boolean);
console.log(JSON.stringify(kind === "consider"
  ? { subtasks: Object.fromEntries(lines.map((line, i) => ["part-" + (i + 1), { agent: "worker", description: line }])) }
  : { results: Object.values(results).map((r) => r.results || "(" + r.error + ")").join("\\n") }));
`,
  "worker.mjs": `import { existsSync, readFileSync } from "node:fs";
const { task } = JSON.parse(readFileSync(0, "utf8"));
const [, verb, rest] = /^(\\w+) ([^]*)$/.exec(task.instructions) ?? [];
if (verb === "fail") { console.error(rest); process.exit(4); }
while (verb === "wait" && !existsSync(rest)) await new Promise((done) => setTimeout(done, 20));
console.log(JSON.stringify({ results: verb === "wait" ? "waited" : rest }));
`,
};

/** Nothing is wrong in the files of that folder's root. */
export async function expectVerified(cwd: string): Promise<void> {
  const { findings } = await json(["verify"], { cwd });
  expect(findings).toEqual([]);
}

/** The job that the lead of `TEAM` was given first, as soon as it is there. */
export function lastJob(cwd: string): string | undefined {
  const tasks = join(cwd, ".clawflow/agents/lead/tasks");
  return existsSync(tasks) ? readdirSync(tasks)[0] : undefined;
}

/** Looks every 50 ms until it is so. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined, ms = 120_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error("it did not come to be");
    await new Promise((done) => setTimeout(done, 50));
  }
}
