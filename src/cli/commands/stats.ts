import { readStats } from "../../view/stats/stats.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { statsShape } from "../json-shapes.ts";
import { type CommonOptions, findPlace, workspaceOf } from "../place.ts";
import { printJson } from "../print-json.ts";
import { statsText } from "../render/stats.ts";
import { sinceOf } from "../since.ts";

export interface StatsOptions extends CommonOptions {
  since?: string;
}

/** What was done, how long it took and waited, and what it cost: in all, by agent, by day. */
export async function statsCommand(io: Io, options: StatsOptions): Promise<ExitCode> {
  const since = sinceOf(options.since);
  const place = findPlace(io, options);
  const { agent } = options;
  const agents = agent === undefined ? place.agents : new Map([[agent, workspaceOf(place, agent)]]);
  const stats = readStats(place.disk, agents, { since, now: Date.now() });
  if (options.json === true) printJson(io, statsShape, stats);
  else io.out(statsText(stats));
  return EXIT.done;
}
