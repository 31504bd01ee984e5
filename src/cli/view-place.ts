import { nodeProcess } from "../store/process-identity.ts";
import { hostOfAgent } from "../view/hosts.ts";
import { openRoot, type RootView } from "../view/root-view.ts";
import type { CommonOptions, Place } from "./place.ts";

/** The files of a place with what its team file and the processes of this machine say of them. */
export function viewPlace({ disk, agents, team }: Place): RootView {
  const process = nodeProcess(disk);
  const people = new Map<string, string>();
  for (const [id, { brain }] of Object.entries(team?.agents ?? {}))
    if ("person" in brain) people.set(id, brain.person);
  return openRoot(disk, agents, {
    people,
    hostOf: (workspace) => hostOfAgent(disk, workspace, process),
    ...(team === undefined ? {} : { team: new Set(Object.keys(team.agents)) }),
  });
}

/** A command as it works from here: with the place that was given to the one that names it. */
export function commandHere(command: string, { root, team }: CommonOptions): string {
  if (!command.startsWith("clawflow ")) return command;
  const where = [
    ...(root === undefined ? [] : [`--root ${shellWord(root)}`]),
    ...(team === undefined ? [] : [`--team ${shellWord(team)}`]),
  ];
  return [command, ...where].join(" ");
}

function shellWord(text: string): string {
  return /^[\w./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
