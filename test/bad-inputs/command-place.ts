import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { execa } from "execa";
import { EXIT } from "../../src/cli/exit-code.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { reportError } from "../../src/cli/report-error.ts";
import { createHost } from "../../src/host/create-host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { MAIN } from "../cli/cli.ts";
import { fakeIo } from "../cli/fake-io.ts";
import type { Case, CommandCase, Result } from "./cases.ts";
import { fillIn, makeBytes } from "./make-input.ts";
import { notIn } from "./not-in.ts";

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** A folder with a team and what it did, in which commands are run in this process. */
class CommandPlace {
  readonly folder = mkdtempSync(join(tmpdir(), "clawflow-bad-command-"));
  readonly root = join(this.folder, "agents");

  constructor() {
    const agents = {
      lead: { brain: { command: ["node", "x"] }, peers: ["echo"] },
      echo: { brain: { command: ["node", "x"] } },
    };
    writeFileSync(join(this.folder, "team.yaml"), JSON.stringify({ agents }));
  }

  /** One task for every case that wants one, done. @returns their ids */
  async work(cases: readonly Case[]): Promise<Map<Case, string>> {
    const ids = new Map<Case, string>();
    const host = await createHost({
      root: this.root,
      durability: "os",
      agents: {
        echo: { brain: () => "yes", concurrency: 8 },
        lead: {
          peers: ["echo"],
          concurrency: 8,
          brain: ({ kind, task }) =>
            kind === "consider"
              ? { subtasks: { part: { agent: "echo", description: task.instructions, depends_on: [] } } }
              : "all",
        },
      },
    });
    await host.start();
    for (const one of cases) {
      const { titled, described } = one.command ?? {};
      if (titled === undefined && described === undefined) continue;
      const agent = described === undefined ? "echo" : "lead";
      const given = {
        instructions: described ?? "Say it.",
        ...(titled === undefined ? {} : { title: titled }),
      };
      const { task_id } = await submitTask(host, agent, given);
      await host.finished(agent, task_id);
      ids.set(one, task_id);
    }
    await host.stop();
    return ids;
  }

  async run(args: readonly string[], stdin = "", env: Record<string, string> = {}): Promise<Ran> {
    const io = fakeIo({ cwd: this.folder, input: async () => stdin, env });
    const { program, exitCode } = makeProgram(io);
    let code: number;
    try {
      await program.parseAsync([...args], { from: "user" });
      code = exitCode();
    } catch (error) {
      if (error instanceof CommanderError) code = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      else code = reportError(io, error, args.includes("--json"));
    }
    return { code, out: io.outText(), err: io.errText() };
  }

  async shell(script: string): Promise<Ran> {
    const text = `clawflow() { node ${JSON.stringify(MAIN)} "$@"; }\n${script}`;
    const { exitCode, stdout, stderr } = await execa("bash", ["-c", text], {
      cwd: this.folder,
      reject: false,
      stripFinalNewline: false,
    });
    return { code: exitCode ?? -1, out: stdout, err: stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Gives every case to the command line as a file for `send`, or as the case says. */
export async function runCommands(cases: readonly Case[]): Promise<Result[]> {
  const place = new CommandPlace();
  try {
    const ids = await place.work(cases);
    const results: Result[] = [];
    for (const [n, one] of cases.entries()) {
      const wrong =
        one.command === undefined
          ? await sendWrong(place, one, n)
          : await commandWrong(place, one.command, ids.get(one));
      results.push({ case: one, wrong });
    }
    return results;
  } finally {
    place.remove();
  }
}

async function sendWrong(place: CommandPlace, one: Case, n: number): Promise<string[]> {
  const file = `case-${n}.md`;
  const inbox = join(place.root, "echo", "mailbox", "inbox");
  const before = namesIn(inbox);
  writeFileSync(
    join(place.folder, file),
    makeBytes(one, { id: `c${n}`, task: "job", outside: place.folder }),
  );
  const json = n % 2 === 0 ? ["--json"] : [];
  const ran = await place.run(["send", "echo", file, "--root", place.root, ...json]);
  const added = namesIn(inbox).filter((name) => !before.includes(name));
  if (one.taken !== undefined) {
    if (ran.code !== 0) return [`exit ${ran.code}: ${ran.err}`];
    return added.length === 1 ? [] : [`${added.length} messages in the inbox`];
  }
  const [code = "", at = ""] = (one.refused ?? "").split(" ");
  const wrong = printed(ran);
  if (added.length > 0) wrong.push(`${added.join(", ")} in the inbox`);
  if (ran.code === 0 || ran.code === EXIT.bug) wrong.push(`exit ${ran.code}`);
  if (!ran.err.startsWith(`${code}: `) || !ran.err.includes(at)) wrong.push(`says ${ran.err}`);
  if (one.says !== undefined && !new RegExp(one.says).test(ran.err))
    wrong.push(`does not say ${one.says}: ${ran.err}`);
  if (json.length > 0) wrong.push(...notIn(JSON.parse(ran.out), { error: { code } }));
  else if (ran.out !== "") wrong.push(`prints ${ran.out}`);
  return wrong;
}

async function commandWrong(place: CommandPlace, command: CommandCase, id = ""): Promise<string[]> {
  const fill = (text: string) => fillIn(text, { id, task: id, outside: place.folder });
  for (const [name, text] of Object.entries(command.files ?? {}))
    writeFileSync(join(place.folder, name), fill(text));
  if (command.shell !== undefined) return ranWrong(command, await place.shell(command.shell));
  const lines = command.pages?.map((page) => page.split(" ")) ?? [command.args ?? []];
  const wrong: string[] = [];
  for (const line of lines) {
    const args = line.map((word) => (word === "TASK" ? id : fill(word)));
    const ran = await place.run(
      [...args, ...(command.args === undefined ? ["--root", place.root] : [])],
      fill(command.stdin ?? ""),
      command.env,
    );
    wrong.push(...ranWrong(command, ran).map((what) => `${line.join(" ")}: ${what}`));
  }
  return wrong;
}

function ranWrong({ exit, err, out, json, never }: CommandCase, ran: Ran): string[] {
  const wrong = printed(ran);
  if (ran.code !== exit) wrong.push(`exit ${ran.code}: ${ran.err}${ran.out}`.slice(0, 1_000));
  if (err !== undefined && !new RegExp(err).test(ran.err)) wrong.push(`says ${ran.err}`);
  if (out !== undefined && !new RegExp(out).test(ran.out)) wrong.push(`prints ${ran.out.slice(0, 1_000)}`);
  if (json !== undefined) wrong.push(...notIn(JSON.parse(ran.out), json));
  if (never !== undefined && new RegExp(never, "m").test(outsideFences(ran.out)))
    wrong.push(`prints ${ran.out.slice(0, 2_000)}`);
  return wrong;
}

/** Nothing in a fence is taken for marks. */
function outsideFences(text: string): string {
  return text.replaceAll(/^(`{3,})[^\n`]*\n[\s\S]*?^\1\n/gm, "");
}

/** What no output may hold: what a terminal obeys, what turns text around, a stack. */
function printed({ out, err }: Ran): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  const orders = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.exec(out + err);
  const stack = /\n\s+at .*\d+:\d+/.test(err);
  return [
    ...(orders === null ? [] : [`a character U+${orders[0].charCodeAt(0).toString(16)} is printed`]),
    ...(stack ? [`a stack: ${err}`] : []),
  ];
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
