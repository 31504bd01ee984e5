import { setTimeout as pause } from "node:timers/promises";
import type { Host } from "../host/host.ts";
import type { ReadDisk } from "../store/disk.ts";
import { openRoot } from "../view/root-view.ts";
import { Exporter } from "./exporter.ts";
import type { OtelSettings } from "./otel-settings.ts";
import { readSpans } from "./read-spans.ts";

export interface TracingOptions {
  settings: OtelSettings;
  disk: ReadDisk;
  /** Workspaces by agent id, absolute: of the whole root. */
  agents: ReadonlyMap<string, string>;
  version: string;
  onProblem(text: string): void;
  fetch?: typeof fetch;
}

/** Tasks that end within so long are looked at together, when their files have come to rest. Milliseconds. */
const TOGETHER = 1_000;
/** So many of them at a time: other things go on in between. */
const AT_A_TIME = 50;
/** At the end of the host the collector gets so long. */
const LAST = 1_500;

/**
 * Exports the spans of each task of a host when it has ended, from now until the host stops. Nothing waits for it, and what goes wrong is told in a
 * line and nothing else.
 */
export function startTracing(host: Host, options: TracingOptions): void {
  const { disk, agents, version, onProblem } = options;
  const exporter = new Exporter(options.settings, {
    version,
    onProblem,
    fetch: options.fetch ?? fetch,
    pause: (ms, signal) => pause(ms, undefined, { signal, ref: false }).catch(() => {}),
  });
  let ended = new Map<string, { agent: string; task: string }>();
  let timer: NodeJS.Timeout | undefined;

  function look(most: number): void {
    timer = undefined;
    const now = [...ended].slice(0, most);
    for (const [key] of now) ended.delete(key);
    if (ended.size > 0) wake(0);
    try {
      exporter.add(spansOf(now.map(([, one]) => one)));
    } catch (error) {
      onProblem(`spans could not be made: ${(error as Error).message}`);
    }
  }
  function spansOf(tasks: readonly { agent: string; task: string }[]) {
    const hosted = new Set(host.agents);
    const known = (agent: string, id: string) => (hosted.has(agent) ? host.task(agent, id) : undefined);
    const view = openRoot(disk, agents, { tasks: known });
    return [...new Set(tasks.map(({ agent }) => agent))].flatMap((agent) => {
      const own = tasks.filter((one) => one.agent === agent).map(({ task }) => view.task(agent, task));
      return readSpans(
        view,
        agent,
        own.filter((task) => task !== undefined),
        Date.now(),
      );
    });
  }
  function wake(ms: number): void {
    timer ??= setTimeout(() => look(AT_A_TIME), ms).unref();
  }
  const off = host.on((event) => {
    if (event.type !== "task:finished") return;
    const { agent, task } = event;
    ended.set(`${agent}/${task}`, { agent, task });
    wake(TOGETHER);
  });
  host.beforeStop(async () => {
    off();
    clearTimeout(timer);
    if (ended.size > 0) look(Number.POSITIVE_INFINITY);
    clearTimeout(timer);
    ended = new Map();
    await exporter.close(LAST);
  });
}
