import { setTimeout as pause } from "node:timers/promises";
import { openLog } from "../../view/log/log-reader.ts";
import { openRoot } from "../../view/root-view.ts";
import { readVault } from "../../view/vault/read-vault.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { vaultShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, type Place, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { shownPath } from "../render/path.ts";
import { vaultNotes } from "../render/vault/vault-files.ts";
import { stopSignal } from "../stop-signal.ts";
import { type VaultWritten, writeVault } from "../write-vault.ts";

export interface VaultOptions extends CommonOptions {
  follow?: boolean;
}

/** Between two looks at what changed, in milliseconds: notes are for reading, not for watching. */
const LOOK = 2000;

/** Writes the notes by which the root, or the workspace of one agent, can be read in Obsidian. Mailboxes and tasks are only read. */
export async function vaultCommand(io: Io, options: VaultOptions): Promise<ExitCode> {
  const place = findPlace(io, options);
  const { agent } = options;
  const agents = agent === undefined ? inRoot(place) : new Map([[agent, workspaceOf(place, agent)]]);
  const folder = agent === undefined ? place.root : workspaceOf(place, agent);
  const write = () => writeVault(folder, vaultNotes(readVault(openRoot(place.disk, agents)), folder));
  const log = options.follow === true ? openLog(place.disk, agents, Date.now) : undefined;
  const changed = () => log !== undefined && [...log.read()].length > 0;
  changed();
  tell(io, options, folder, write());
  if (log === undefined) return EXIT.done;
  const stop = stopSignal();
  try {
    const signal = AbortSignal.any([stop.signal, io.closed]);
    while (!signal.aborted) {
      await pause(LOOK, undefined, { signal }).catch(() => {});
      if (!signal.aborted && changed()) write();
    }
    return EXIT.done;
  } finally {
    stop.release();
  }
}

/** A workspace elsewhere is in another vault: no link from here could lead to it. */
function inRoot({ agents, root }: Place): Map<string, string> {
  return new Map([...agents].filter(([, workspace]) => workspace.startsWith(`${root}/`)));
}

function tell(io: Io, options: VaultOptions, folder: string, written: VaultWritten): void {
  if (options.json === true) {
    printJson(io, vaultShape, { folder, ...written });
    return;
  }
  const { notes, left_alone } = written;
  io.out(`${shownPath(io.cwd, folder)}\n`);
  io.err(
    `${notes} notes, ${written.written} of them written now. Open the folder as a vault; begin with Clawflow.md.\n`,
  );
  for (const name of left_alone)
    io.err(`left alone: ${shownPath(io.cwd, name)} was not written by this command\n`);
}
