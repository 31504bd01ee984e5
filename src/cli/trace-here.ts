import type { Host } from "../host/host.ts";
import { readOtelSettings } from "../telemetry/otel-settings.ts";
import { startTracing } from "../telemetry/start-tracing.ts";
import { ownVersion } from "./own-version.ts";
import type { Place } from "./place.ts";
import { plainLine } from "./render/plain.ts";

/** Exports the traces of a host of this process, if the standard variables say where to. */
export function traceHere(
  host: Host,
  { disk, agents }: Pick<Place, "disk" | "agents">,
  tell: (line: string) => void,
): void {
  const onProblem = (text: string) => tell(`traces: ${plainLine(text, 300)}`);
  const settings = readOtelSettings(process.env);
  if (settings === undefined) return;
  if ("problem" in settings) onProblem(settings.problem);
  else startTracing(host, { settings, disk, agents, version: ownVersion(), onProblem });
}
