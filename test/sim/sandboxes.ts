import { startEngine } from "../../src/script/engine.ts";
import { compileEngine, type EngineCode } from "../../src/script/quickjs.ts";
import type { Sandbox, SandboxSetup } from "../../src/script/sandbox-types.ts";

let code: Promise<EngineCode | undefined> | undefined;

/**
 * The real engine of scripts, in this thread in place of one of its own: what a thread does takes real time. That it is made does as well, so
 * they are made one after the other, and virtual time waits for them.
 */
export class Sandboxes {
  private last: Promise<unknown> = Promise.resolve();
  private open = 0;

  start(setup: SandboxSetup): Promise<Sandbox> {
    this.open++;
    const started = this.last.then(async () => {
      code ??= compileEngine();
      return await startEngine(setup, await code);
    });
    this.last = started.then(
      () => this.open--,
      () => this.open--,
    );
    return started;
  }

  /** Whether one is being made. */
  get isBusy(): boolean {
    return this.open > 0;
  }

  async ready(): Promise<void> {
    await this.last;
  }
}
