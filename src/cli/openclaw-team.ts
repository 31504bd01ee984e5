import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import writeFileAtomic from "write-file-atomic";
import { stringify } from "yaml";
import { type AgentsRead, readAgents } from "../host/openclaw-agents.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { isPlainObject } from "../protocol/plain-value.ts";
import { makeFolders } from "../store/make-folders.ts";
import { TEAM_FILE } from "./find-files.ts";
import type { Io } from "./io.ts";

/** Milliseconds. */
const PATIENCE = 120_000;
/** Turns of one agent that run at once. */
const TURNS = 2;

const HEAD = `# Made of OpenClaw's configuration at each start of \`clawflow up --openclaw\`: what is changed here is lost.\n`;

/**
 * Makes a team file of the agents that OpenClaw's configuration names, where the plugin for OpenClaw has its root too: so only one of the
 * two runs at a time. What a person should know of it is told.
 *
 * @throws E_NOT_FOUND without OpenClaw; E_CONFIG
 */
export async function makeOpenClawTeam(io: Io): Promise<{ team: string; root: string }> {
  const [agents, listed] = await Promise.all([
    askOpenClaw(io, "config", "get", "agents", "--json"),
    askOpenClaw(io, "agents", "list", "--json"),
  ]);
  const read = readAgents({ agents }, { taking: ["*"], workspaceOf: workspacesIn(listed) });
  for (const problem of read.problems) io.err(`${problem}\n`);
  const root = join(stateDirectory(io), "clawflow");
  const team = join(root, TEAM_FILE);
  makeFolders(root, 0o700);
  await writeFileAtomic(team, HEAD + teamText(read));
  return { team, root };
}

export function teamText({ agents }: AgentsRead): string {
  const entries = agents.map(({ id, description, workspace, peers }) => [
    id,
    { description, peers, workspace, concurrency: TURNS, brain: { text: "openclaw" } },
  ]);
  return stringify({ agents: Object.fromEntries(entries) });
}

/** `openclaw agents list --json` says where each agent's files are. @throws E_CONFIG for an agent that is not in it */
function workspacesIn(listed: unknown): (agent: string) => string {
  const known = new Map(
    (Array.isArray(listed) ? listed : []).flatMap((entry) =>
      isPlainObject(entry) && typeof entry.workspace === "string" ? [[entry.id, entry.workspace]] : [],
    ),
  );
  return (agent) => {
    const workspace = known.get(agent);
    if (workspace !== undefined) return workspace;
    throw new ClawflowError("E_CONFIG", `OpenClaw does not say where the files of ${agent} are`, {
      hint: "Look at `openclaw agents list --json`.",
    });
  };
}

async function askOpenClaw(io: Io, ...args: string[]): Promise<unknown> {
  const asked = `openclaw ${args.join(" ")}`;
  const run = await execa("openclaw", args, {
    cwd: io.cwd,
    env: { ...io.env },
    extendEnv: false,
    reject: false,
    timeout: PATIENCE,
    stdin: "ignore",
    windowsHide: true,
  });
  if (run.code === "ENOENT") {
    throw new ClawflowError("E_NOT_FOUND", "there is no program openclaw", {
      expected: "openclaw on PATH",
      hint: "Install OpenClaw, or name a team of your own with --team.",
    });
  }
  try {
    if (run.exitCode === 0) return JSON.parse(run.stdout);
  } catch {}
  throw new ClawflowError("E_CONFIG", `\`${asked}\` gave no answer`, {
    found: `exit ${run.exitCode ?? run.signal ?? "unknown"}: ${(run.stderr || run.stdout).trim().slice(-500)}`,
  });
}

/** Where OpenClaw keeps things. */
function stateDirectory({ env, cwd }: Io): string {
  const { OPENCLAW_STATE_DIR: given, OPENCLAW_PROFILE: profile } = env;
  if (given) return resolve(cwd, given);
  const name = profile && profile !== "default" ? `.openclaw-${profile}` : ".openclaw";
  return join(env.HOME || homedir(), name);
}
