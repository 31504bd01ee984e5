import type { Clock } from "../host/clock.ts";
import type { HostEvent } from "../host/events.ts";
import { ClawflowError } from "../protocol/errors.ts";

/** What is kept of a `Host`. */
export interface KeptHost {
  readonly error: Error | undefined;
  on(listener: (event: HostEvent) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface HostKeeperPorts<H extends KeptHost> {
  /** Opens the host, and replays what the one before left. @throws E_LOCKED, E_OWNED while another one runs these agents */
  open(): Promise<H>;
  clock: Pick<Clock, "after">;
  onEvent(event: HostEvent): void;
  /** It does not run, and why; it is tried again. */
  onFault(error: Error): void;
  /** It runs. */
  onRunning(host: H): void;
  /** It is about to be stopped, or has failed; what makes use of it ends first. */
  onClosing?(): Promise<void>;
}

/** Milliseconds after which somebody else's lock is looked at again. */
const LOCKED_PAUSE = 1_000;
/** Milliseconds after a fault, from the first to the longest pause. */
const FAULT_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/**
 * Keeps a host running from `start` to `stop`: opens it, waits while another one has its agents, and opens it again from the files when
 * a fault ends it. At no time are there two.
 */
export class HostKeeper<H extends KeptHost> {
  readonly #ports: HostKeeperPorts<H>;
  #host: H | undefined;
  #stopping = false;
  #faults = 0;
  #told: string | undefined;
  #cancel = () => {};
  #turn: Promise<void> = Promise.resolve();

  constructor(ports: HostKeeperPorts<H>) {
    this.#ports = ports;
  }

  /** The host, while it runs. */
  get host(): H | undefined {
    return this.#host;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Begins; what goes wrong is told to `onFault` and tried again. */
  start(): void {
    this.#next(() => this.#open());
  }

  /** Ends the host if it runs, and everything that waits. Its agents are free when this resolves. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancel();
    await this.#turn;
    await this.#close();
  }

  async #open(): Promise<void> {
    if (this.#stopping) return;
    try {
      const host = await this.#ports.open();
      this.#host = host;
      host.on((event) => {
        this.#ports.onEvent(event);
        if (event.type === "host:failed" && !this.#stopping) this.#next(() => this.#afterFault(event.error));
      });
      await host.start();
    } catch (error) {
      await this.#afterFault(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#faults = 0;
    this.#told = undefined;
    if (this.#host !== undefined) this.#ports.onRunning(this.#host);
  }

  async #afterFault(error: Error): Promise<void> {
    await this.#close();
    const locked = error instanceof ClawflowError && (error.code === "E_LOCKED" || error.code === "E_OWNED");
    this.#tell(error);
    if (this.#stopping) return;
    const pause = locked ? LOCKED_PAUSE : Math.min(FAULT_PAUSE * 2 ** this.#faults++, LONGEST_PAUSE);
    this.#cancel = this.#ports.clock.after(pause, () => this.#next(() => this.#open()));
  }

  async #close(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    try {
      if (host !== undefined) await this.#ports.onClosing?.();
      await host?.stop();
    } catch (error) {
      this.#tell(error as Error);
    }
  }

  /** Who fails or waits says so once. */
  #tell(error: Error): void {
    if (this.#told !== error.message) this.#ports.onFault(error);
    this.#told = error.message;
  }

  /** One thing after the other. */
  #next(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work);
  }
}
