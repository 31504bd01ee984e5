import type { Io } from "./io.ts";
import type { CommonOptions } from "./place.ts";

/** A command as it works from here: by this program, with the place that was given to the one that names it. */
export function commandHere({ embedded }: Io, command: string, { root, team }: CommonOptions): string {
  if (!command.startsWith("clawflow ")) return command;
  if (embedded !== undefined && /^clawflow up\b/.test(command)) return embedded.start;
  // Who only gives work there says to whom.
  if (embedded !== undefined)
    return command.replace(/^clawflow run\b/, "clawflow send AGENT").replace("clawflow", embedded.program);
  const where = [
    ...(root === undefined ? [] : [`--root ${shellWord(root)}`]),
    ...(team === undefined ? [] : [`--team ${shellWord(team)}`]),
  ];
  return [command, ...where].join(" ");
}

function shellWord(text: string): string {
  return /^[\w./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
