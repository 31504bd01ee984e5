import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";

import { parseYaml } from "../../protocol/parse-yaml.ts";
import { nodeDisk } from "../../store/node-disk.ts";
import { listNames, readText } from "../../view/read-text.ts";
import { agentsOfRoot } from "../../view/root-agents.ts";
import { findRoot, findTeamFile } from "../find-files.ts";
import type { Io } from "../io.ts";
import { SHELL_KINDS } from "./asking.ts";
import type { ValueKind } from "./value-kinds.ts";
import type { Wanted } from "./wanted.ts";

/** A word that may be typed there, and a few words about it. */
export interface Candidate {
  word: string;
  note?: string;
}

/** What may be typed, without what goes before it; or the line that tells the shell to complete names of files. */
export async function candidatesFor(io: Io, program: Command, wanted: Wanted): Promise<Candidate[] | string> {
  const { what, kind, command, given } = wanted;
  switch (what) {
    case "nothing":
      return [];
    case "commands":
      return commandsOf(program);
    case "options":
      return (command ?? program).options
        .filter(({ long, hidden }) => !hidden && long !== undefined && !given.has(long))
        .map(({ long, description }) => ({ word: long ?? "", note: description }));
    case "value":
      return await valuesOf(io, program, kind ?? "text", wanted);
  }
}

async function valuesOf(
  io: Io,
  program: Command,
  kind: ValueKind,
  wanted: Wanted,
): Promise<Candidate[] | string> {
  if (typeof kind !== "string") return kind.map((word) => ({ word }));
  switch (kind) {
    case "text":
      return [];
    case "file":
    case "folder":
      return SHELL_KINDS[kind];
    case "command":
      return commandsOf(program);
    case "agent":
      return agentsOf(io, wanted).map(({ agent, note }) => ({ word: agent, note }));
    case "agents":
      return listedAgents(io, wanted);
    case "dead":
      return deadLetters(io, wanted);
    case "task": {
      const { subtaskCandidates, taskCandidates } = await import("./find-tasks.ts");
      const find = wanted.start.includes("/") ? subtaskCandidates : taskCandidates;
      const only = wanted.given.get("--agent");
      const places = agentsOf(io, wanted).filter(({ agent }) => only === undefined || agent === only);
      return find(
        nodeDisk(),
        places.map(({ workspace }) => workspace),
        wanted.start,
      );
    }
  }
}

function commandsOf(program: Command): Candidate[] {
  return program.commands.map((command) => ({ word: command.name(), note: command.description() }));
}

/** The last of a list with commas. */
function listedAgents(io: Io, wanted: Wanted): Candidate[] {
  const before = wanted.start.slice(0, wanted.start.lastIndexOf(",") + 1);
  const named = new Set(before.split(","));
  return agentsOf(io, wanted)
    .filter(({ agent }) => !named.has(agent))
    .map(({ agent, note }) => ({ word: before + agent, note }));
}

function deadLetters(io: Io, wanted: Wanted): Candidate[] {
  const disk = nodeDisk();
  return agentsOf(io, wanted).flatMap(({ agent, workspace }) =>
    listNames(disk, join(workspace, "mailbox", "dead"))
      .filter((name) => !name.endsWith(".reason.md"))
      .map((word) => ({ word, note: agent })),
  );
}

/** Those of the team file and those of the root, without a look at whether the rest of the team file is right. */
function agentsOf(io: Io, { given }: Wanted): { agent: string; workspace: string; note: string }[] {
  const [team, root] = [given.get("--team"), given.get("--root")];
  const options = { ...(team === undefined ? {} : { team }), ...(root === undefined ? {} : { root }) };
  const disk = nodeDisk();
  const teamFile = findTeamFile(io, options);
  const place = findRoot(io, options, teamFile) ?? io.cwd;
  const agents = new Map<string, { workspace: string; note: string }>();
  for (const [agent, workspace] of agentsOfRoot(disk, place)) agents.set(agent, { workspace, note: "" });
  const config = teamFile === undefined ? {} : readAgents(readText(disk, teamFile) ?? "");
  for (const [agent, { workspace, description }] of Object.entries(config)) {
    const given =
      typeof workspace === "string" ? resolve(dirname(teamFile ?? ""), workspace) : join(place, agent);
    agents.set(agent, { workspace: given, note: typeof description === "string" ? description : "" });
  }
  return [...agents].map(([agent, about]) => ({ agent, ...about }));
}

/** A team file that is being written may be broken: then its agents are not offered. */
function readAgents(text: string): Record<string, { workspace?: unknown; description?: unknown }> {
  try {
    const { agents } = parseYaml(text, "E_CONFIG") as { agents?: Record<string, object | null> };
    return Object.fromEntries(Object.entries(agents ?? {}).map(([id, config]) => [id, { ...config }]));
  } catch {
    return {};
  }
}
