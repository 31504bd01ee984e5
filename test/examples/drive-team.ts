import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { SUBTASK_ID } from "../../src/protocol/ids.ts";
import { type Outcome, outcomeSchema, type PlannedSubtask } from "../../src/protocol/outcome.ts";
import type { BrainQuestion, BrainResult } from "../../src/protocol/question.ts";
import { type Team, teamSchema } from "../../src/protocol/team.ts";

const CONTEXT_BYTES = 256 * 1024;
const AT_ONCE = 4;

/** One call of a brain, as it happened. */
export interface Call {
  path: string[];
  kind: string;
  bytesIn: number;
  bytesOut: number;
  output: string;
}

export interface Drive {
  outcome: Outcome;
  calls: Call[];
  /** The plans, by the path of agents that led there. */
  plans: { path: string[]; ids: string[] }[];
  /** How many upstream results crossed as files. */
  attachments: number;
}

export interface DriveOptions {
  /** The lead's workspace; the other agents' stand beside it. */
  workspaces?: string;
  /** Started as another user. */
  uid?: number;
  /** What the agent `name` answers in place of its program. */
  replace?: Record<string, (question: BrainQuestion) => Outcome>;
  contextBytes?: number;
}

/** Plays a team's protocol without the runtime: consider, subtasks in their order, synthesise; and checks every limit. */
export async function driveTeam(
  teamFile: string,
  instructions: string,
  options: DriveOptions = {},
): Promise<Drive> {
  const team = teamSchema.parse(parse(readFileSync(teamFile, "utf8")));
  const files = mkdtempSync(join(tmpdir(), "clawflow-drive-"));
  const drive: Drive = { outcome: { error: "not begun" }, calls: [], plans: [], attachments: 0 };
  const state: State = { team, folder: dirname(teamFile), files, drive, options, running: 0, waiting: [] };
  const first = Object.keys(team.agents)[0] ?? "";
  try {
    const task = { instructions, context: "", expected_output: "", title: instructions.split("\n")[0] ?? "" };
    drive.outcome = await work(state, [first], "job", task);
    return drive;
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

interface State {
  team: Team;
  folder: string;
  files: string;
  drive: Drive;
  options: DriveOptions;
  running: number;
  waiting: (() => void)[];
}

type Work = Pick<
  BrainQuestion["task"],
  "instructions" | "context" | "expected_output" | "title" | "attachments"
>;

async function work(state: State, path: string[], id: string, work_: Work): Promise<Outcome> {
  const agent = path.at(-1) ?? "";
  const { team, options } = state;
  const question: BrainQuestion = {
    kind: "consider",
    question: `q-${id}`,
    asked: 1,
    task: { task_id: id, depth: path.length - 1, attempt: 1, ...work_ },
    peers: (team.agents[agent]?.peers ?? []).map((peer) => ({
      id: peer,
      description: team.agents[peer]?.description ?? "",
    })),
    workspace: join(options.workspaces ?? join(state.files, ".clawflow", "agents"), agent),
  };
  const outcome = await ask(state, path, question);
  if (!("subtasks" in outcome)) return outcome;
  checkPlan(state, path, outcome.subtasks);
  const results: Record<string, BrainResult> = {};
  const done = new Map<string, Promise<void>>();
  const run = (name: string): Promise<void> => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const subtask = outcome.subtasks[name] as PlannedSubtask;
    const promise = Promise.all(subtask.depends_on.map(run)).then(async () => {
      if (subtask.depends_on.some((dependency) => results[dependency]?.status !== "done")) {
        results[name] = { status: "skipped", results: "" };
        return;
      }
      const below = await work(
        state,
        [...path, subtask.agent],
        `${id}.${name}`,
        toWork(state, subtask, results),
      );
      results[name] = toResult(below);
    });
    done.set(name, promise);
    return promise;
  };
  await Promise.all(Object.keys(outcome.subtasks).map(run));
  const failed = Object.values(results).some((result) => result.status !== "done");
  if (failed && outcome.policy?.on_failure !== "continue") {
    const [name, result] = Object.entries(results).find(([, one]) => one.status === "failed") ?? [
      "",
      undefined,
    ];
    return { error: `${name}: ${result?.error}` };
  }
  const ordered = Object.fromEntries(
    Object.keys(outcome.subtasks).map((name) => [name, results[name] as BrainResult]),
  );
  return ask(state, path, { ...question, kind: "synthesise", results: ordered });
}

function toResult(outcome: Outcome): BrainResult {
  if ("results" in outcome) return { status: "done", results: outcome.results };
  return { status: "failed", results: "", error: "error" in outcome ? outcome.error : "no answer" };
}

/** As the runtime does: upstream results into the Context up to a limit, the rest as files. */
function toWork(state: State, subtask: PlannedSubtask, results: Record<string, BrainResult>): Work {
  const sections: string[] = [];
  const attachments: NonNullable<Work["attachments"]> = [];
  let room = state.options.contextBytes ?? CONTEXT_BYTES;
  for (const dependency of subtask.depends_on) {
    const text = results[dependency]?.results ?? "";
    const bytes = Buffer.byteLength(text);
    const fits = bytes <= room;
    if (fits) room -= bytes;
    else {
      const path = join(state.files, `${state.drive.attachments}-${dependency}.md`);
      writeFileSync(path, text);
      attachments.push({ name: `${dependency}.md`, path, bytes, sha256: "", media_type: "text/markdown" });
      state.drive.attachments += 1;
    }
    sections.push(`### Results of ${dependency}\n\n${fits ? text : `(in the attachment ${dependency}.md)`}`);
  }
  return {
    title: subtask.description.split("\n")[0] ?? "",
    instructions: subtask.instructions ?? subtask.description,
    context: [subtask.context ?? "", ...sections].join("\n\n"),
    expected_output: subtask.expected_output ?? "",
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

function checkPlan(state: State, path: string[], subtasks: Record<string, PlannedSubtask>): void {
  const { team, drive } = state;
  const agent = path.at(-1) ?? "";
  const ids = Object.keys(subtasks);
  drive.plans.push({ path, ids });
  const problems = ids.flatMap((id) => {
    const to = subtasks[id]?.agent ?? "";
    return [
      SUBTASK_ID.test(id) && !id.includes("--") ? "" : `${id} is not a subtask id`,
      team.agents[agent]?.peers.includes(to) ? "" : `${agent} may not give work to ${to}`,
      to === agent ? `${agent} sends to itself` : "",
      path.filter((one) => one === to).length >= 2 ? `${to} would be in the path three times` : "",
      path.length > team.limits.depth ? "too deep" : "",
      ...(subtasks[id]?.depends_on ?? []).map((one) =>
        ids.includes(one) ? "" : `${id} depends on unknown ${one}`,
      ),
    ].filter((problem) => problem !== "");
  });
  if (ids.length === 0 || ids.length > team.limits.subtasks) problems.push(`${ids.length} subtasks`);
  if (problems.length > 0) throw new Error(`a plan that the runtime refuses: ${problems.join("; ")}`);
}

async function ask(state: State, path: string[], question: BrainQuestion): Promise<Outcome> {
  const agent = path.at(-1) ?? "";
  const replacement = state.options.replace?.[agent];
  if (replacement !== undefined) return replacement(question);
  if (state.running >= AT_ONCE) await new Promise<void>((resolve) => state.waiting.push(resolve));
  state.running += 1;
  try {
    const brain = state.team.agents[agent]?.brain;
    if (brain === undefined || !("command" in brain)) throw new Error(`${agent} has no command`);
    const text = JSON.stringify(question);
    const output = await runCommand(brain.command, state.folder, text, state.options.uid);
    state.drive.calls.push({
      path,
      kind: question.kind,
      bytesIn: Buffer.byteLength(text),
      bytesOut: Buffer.byteLength(output),
      output,
    });
    return outcomeSchema.parse(JSON.parse(output));
  } finally {
    state.running -= 1;
    state.waiting.shift()?.();
  }
}

function runCommand(command: string[], cwd: string, input: string, uid: number | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program = "", ...rest] = command;
    const child = spawn(program, rest, { cwd, ...(uid === undefined ? {} : { uid, gid: uid }) });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command.join(" ")} ended with ${code}: ${errors}`));
    });
    child.stdin.end(input);
  });
}
