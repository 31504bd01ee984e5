import type { OtelSettings } from "./otel-settings.ts";
import { otlpTraces } from "./otlp.ts";
import type { Span } from "./span.ts";

export interface ExporterPorts {
  /** Waits; ends early when the signal is given. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  fetch: typeof fetch;
  version: string;
  /** In a line, once for each kind of trouble. */
  onProblem(text: string): void;
}

/** Beyond that the oldest go: a collector that is away for long costs no memory. */
const MOST = 10_000;
const IN_A_REQUEST = 500;
const PAUSES = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** With these the collector asks for another try. */
const AGAIN = [408, 429, 502, 503, 504];

/** Takes spans to a collector, in their order, some at a time. Whoever adds spans never waits. */
export class Exporter {
  readonly #settings: OtelSettings;
  readonly #ports: ExporterPorts;
  readonly #stop = new AbortController();
  #waiting: Span[] = [];
  #running: Promise<void> | undefined;
  #told = new Set<string>();

  constructor(settings: OtelSettings, ports: ExporterPorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  add(spans: readonly Span[]): void {
    this.#waiting.push(...spans);
    if (this.#waiting.length > MOST) {
      this.#waiting.splice(0, this.#waiting.length - MOST);
      this.#tell("the collector does not keep up: some spans are not exported");
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Gives what is under way so long, and ends. */
  async close(patience: number): Promise<void> {
    if (this.#running !== undefined)
      await Promise.race([this.#running, this.#ports.pause(patience, this.#stop.signal)]);
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#waiting.length > 0 && !this.#stop.signal.aborted; ) {
      const batch = this.#waiting.slice(0, IN_A_REQUEST);
      const sent = await this.#send(batch);
      if (sent) {
        failures = 0;
        const done = new Set(batch);
        this.#waiting = this.#waiting.filter((span) => !done.has(span));
        continue;
      }
      const pause = PAUSES[Math.min(failures++, PAUSES.length - 1)] ?? 0;
      await this.#ports.pause(pause, this.#stop.signal);
    }
  }

  /** @returns whether these are over: taken, or refused for good. */
  async #send(spans: readonly Span[]): Promise<boolean> {
    const { url, headers, timeout, resource } = this.#settings;
    const { version } = this.#ports;
    try {
      const response = await this.#ports.fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(otlpTraces(spans, { ...resource, "service.version": version }, version)),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeout)]),
      });
      await response.body?.cancel();
      if (response.ok) return true;
      this.#tell(`the collector answers with ${response.status}`);
      return !AGAIN.includes(response.status);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#tell(`the collector cannot be reached: ${causeOf(error)}`);
      return false;
    }
  }

  #tell(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#ports.onProblem(text);
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
