import type { Host } from "../host/host.ts";
import { loadTeam } from "../host/load-team.ts";
import { ClawflowError, internal } from "../protocol/errors.ts";
import { createTeamHost } from "../workflow/create-team-host.ts";
import type { Io } from "./io.ts";
import type { Place } from "./place.ts";

/**
 * A host for the team's agents, not yet started. What their brains are started with says where they belong, so that
 * `clawflow done` and the like find it from any folder.
 *
 * @throws E_LOCKED, E_OWNED and what else `createHost` does
 */
export async function openHost(
  place: Place,
  { only, takeOver = false, io }: OpenOptions = {},
): Promise<Host> {
  const { root, teamFile } = place;
  if (teamFile === undefined) throw internal("a host without a team file");
  process.env.CLAWFLOW_ROOT = root;
  process.env.CLAWFLOW_TEAM = teamFile;
  const host = await createTeamHost({
    ...loadTeam(teamFile),
    root,
    takeOver,
    ...(only === undefined ? {} : { only }),
  });
  if ((place.team?.notify.length ?? 0) > 0) {
    const { notifyHere } = await import("./notify-here.ts");
    await notifyHere(host, place, { only, tell: (line) => io?.err(`${line}\n`) });
  }
  if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT || process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) {
    const { traceHere } = await import("./trace-here.ts");
    traceHere(host, place, (line) => io?.err(`${line}\n`));
  }
  return host;
}

interface OpenOptions {
  only?: readonly string[] | undefined;
  takeOver?: boolean;
  /** Where it is told that people could not be told. */
  io?: Pick<Io, "err">;
}

/** Whether somebody else hosts these agents. */
export function isHeld(error: unknown): error is ClawflowError {
  return error instanceof ClawflowError && (error.code === "E_LOCKED" || error.code === "E_OWNED");
}
