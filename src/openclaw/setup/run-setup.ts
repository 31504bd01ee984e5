import { isDeepStrictEqual } from "node:util";
import { EXIT, type ExitCode } from "../../cli/exit-code.ts";
import type { Io } from "../../cli/io.ts";
import { jsonText } from "../../cli/print-json.ts";
import { readAgents } from "../../host/openclaw-agents.ts";
import { ClawflowError } from "../../protocol/errors.ts";
import type { Disk } from "../../store/disk.ts";
import type { ConfigRuntime } from "../command-types.ts";
import type { OpenClawConfig } from "../types.ts";
import { type Change, makeChanges, undoChanges } from "./change.ts";
import { changeLines, undoLines } from "./change-lines.ts";
import { planSetup, type SetupPlan } from "./plan-setup.ts";
import { joined, readRecord, writeRecord } from "./setup-record.ts";

export interface SetupOptions {
  /** Ids with commas between them, or `*`. */
  agents?: string;
  undo?: boolean;
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export interface SetupPorts {
  io: Pick<Io, "out" | "err">;
  config: Pick<ConfigRuntime, "mutateConfigFile">;
  disk: Disk;
  /** Below OpenClaw's state folder. */
  root: string;
  /** Absent where nobody can be asked. */
  ask?: (question: string) => Promise<boolean>;
}

const PROGRAM = "openclaw clawflow setup";

/** Makes the settings that the plugin needs in OpenClaw's configuration, or undoes that; it is shown and asked first. */
export async function runSetup(ports: SetupPorts, options: SetupOptions): Promise<ExitCode> {
  return options.undo === true ? await undoSetup(ports, options) : await makeSetup(ports, options);
}

async function makeSetup(ports: SetupPorts, options: SetupOptions): Promise<ExitCode> {
  const { config, disk, root } = ports;
  const agents = options.agents?.split(",").map((id) => id.trim());
  const current = await readConfig(config);
  if (agents !== undefined) checkAgents(current, agents);
  const plan = planSetup(current, agents);
  if (plan.changes.length > 0 && options.json !== true) show(ports, "To be set:", changeLines(plan.changes));
  if (!(await isWanted(ports, options, plan.changes))) return say(ports, options, plan, false);
  if (plan.changes.length > 0) {
    // First, so that what is set can be undone whatever happens in between.
    await writeRecord(disk, root, joined(readRecord(disk, root), plan.changes));
    await change(config, (draft) => {
      if (!isDeepStrictEqual(planSetup(draft, agents).changes, plan.changes)) throw changedMeanwhile();
      makeChanges(draft, plan.changes);
    });
  }
  return say(ports, options, plan, true);
}

async function undoSetup(ports: SetupPorts, options: SetupOptions): Promise<ExitCode> {
  const { config, disk, root } = ports;
  const changes = readRecord(disk, root);
  const kept = undoChanges(structuredClone(await readConfig(config)), changes);
  const undone = changes.filter((change) => !kept.includes(change));
  const notes = kept.map(({ path }) => `${path.join(".")} was changed since, and stays as it is.`);
  if (undone.length > 0 && options.json !== true) show(ports, "To be undone:", undoLines(undone));
  const plan = { changes: undone, notes };
  if (!(await isWanted(ports, options, undone))) return say(ports, options, plan, false);
  if (undone.length > 0) {
    await change(config, (draft) => {
      const left = undoChanges(draft, changes);
      if (left.length !== kept.length) throw changedMeanwhile();
    });
  }
  await writeRecord(disk, root, []);
  return say(ports, options, plan, true);
}

/** The file's own, with nothing filled in. */
async function readConfig(config: SetupPorts["config"]): Promise<OpenClawConfig> {
  let read: OpenClawConfig = {};
  const enough = new Error("it is only read");
  try {
    await change(config, (draft) => {
      read = structuredClone(draft);
      throw enough;
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
  return read;
}

async function change(config: SetupPorts["config"], mutate: (draft: OpenClawConfig) => void): Promise<void> {
  await config.mutateConfigFile({ base: "source", afterWrite: { mode: "auto" }, mutate });
}

/** @throws E_USAGE where nobody can be asked */
async function isWanted(
  { ask }: SetupPorts,
  { yes = false, dryRun = false, json = false }: SetupOptions,
  changes: readonly Change[],
): Promise<boolean> {
  if (dryRun) return false;
  if (yes || changes.length === 0) return true;
  if (ask === undefined || json) {
    throw new ClawflowError("E_USAGE", "nobody can be asked here", {
      hint: `\`${PROGRAM} --yes\` does it without asking; with --dry-run it is only shown.`,
    });
  }
  return await ask("Change OpenClaw's configuration so? [y/N] ");
}

function show({ io }: SetupPorts, heading: string, lines: readonly string[]): void {
  io.out(`${[heading, ...lines.map((line) => `  ${line}`)].join("\n")}\n`);
}

function say(
  { io }: SetupPorts,
  { json, dryRun = false, undo = false }: SetupOptions,
  { changes, notes }: SetupPlan,
  made: boolean,
): ExitCode {
  if (json === true) io.out(`${jsonText({ changes, notes, made }, 2)}\n`);
  else {
    for (const note of notes) io.out(`Note: ${note}\n`);
    io.out(`${lastLine(changes.length > 0, made, undo)}\n`);
  }
  return made || dryRun ? EXIT.done : EXIT.denied;
}

function lastLine(anything: boolean, made: boolean, undo: boolean): string {
  if (!anything) return undo ? "There is nothing to undo." : "Everything is set up; nothing was changed.";
  if (!made) return "Nothing was changed.";
  if (undo) return "Undone. A running gateway takes it up by itself.";
  return `Set up. A running gateway takes it up by itself. To undo it: ${PROGRAM} --undo`;
}

function checkAgents(config: OpenClawConfig, agents: readonly string[]): void {
  const { problems } = readAgents(config, { taking: agents, workspaceOf: (id) => id });
  const [problem] = problems;
  if (problem !== undefined) throw new ClawflowError("E_UNKNOWN_AGENT", problem);
}

function changedMeanwhile(): ClawflowError {
  return new ClawflowError("E_STATE", "OpenClaw's configuration was changed meanwhile", {
    hint: `Run \`${PROGRAM}\` again.`,
  });
}
