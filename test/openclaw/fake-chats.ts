import type { NextTurnText, RunRequest, RunState, SubagentRuntime } from "../../src/openclaw/types.ts";

interface Run {
  request: RunRequest;
  state: RunState;
}

/**
 * The sessions of a gateway, no kinder than it is: a session is there once something was said in it; what was refused under an id is
 * refused again; without a channel nothing is delivered; a text stands in the transcript only when its turn begins; `crash` forgets
 * everything but the transcripts.
 */
export class FakeChats {
  readonly transcripts = new Map<string, unknown[]>();
  readonly requests: RunRequest[] = [];
  readonly left: NextTurnText[] = [];
  /** Turns that are accepted and have not begun, as behind one that goes on. */
  readonly queued: (() => void)[] = [];
  busy = false;
  /** A turn that begins comes to no answer. */
  dies = false;
  refuses: string | undefined;
  /** What a turn that is to be delivered is refused with. */
  noDelivery = "delivery channel is required: pass --channel";
  #runs = new Map<string, Run | string>();

  readonly subagent = {
    run: async (request: RunRequest) => {
      const key = request.idempotencyKey ?? "";
      const known = this.#runs.get(key);
      if (typeof known === "string") throw new Error(known);
      if (known !== undefined) return { runId: key };
      this.requests.push(request);
      const refusal = request.deliver ? this.noDelivery : this.refuses;
      if (refusal !== undefined) {
        this.#runs.set(key, refusal);
        throw new Error(refusal);
      }
      const run: Run = { request, state: { status: "pending" } };
      this.#runs.set(key, run);
      if (this.busy) this.queued.push(() => this.#begin(run));
      else this.#begin(run);
      return { runId: key };
    },
    waitForRun: async ({ runId }: { runId: string }): Promise<RunState> => {
      const run = this.#runs.get(runId);
      if (run === undefined || typeof run === "string") throw new Error("agent run was not found");
      return run.state;
    },
    getSessionMessages: async ({ sessionKey }: { sessionKey: string }) => ({
      messages: structuredClone(this.transcripts.get(sessionKey) ?? []),
    }),
    deleteSession: async () => {},
    complete: async () => ({ text: "" }),
  } satisfies SubagentRuntime;

  say(sessionKey: string, text: string, run?: string): void {
    const asked = run === undefined ? {} : { idempotencyKey: `${run}:user` };
    this.#note(sessionKey, { role: "user", content: [{ type: "text", text }], ...asked });
  }

  /** @param error that OpenClaw notes of the turn, in place of an answer */
  answer(sessionKey: string, text: string, error?: string): void {
    const end = error === undefined ? { stopReason: "stop" } : { stopReason: "error", errorMessage: error };
    this.#note(sessionKey, { role: "assistant", content: [{ type: "text", text }], ...end });
  }

  #note(sessionKey: string, message: object): void {
    this.transcripts.set(sessionKey, [...(this.transcripts.get(sessionKey) ?? []), message]);
  }

  async leave(text: NextTurnText): Promise<{ enqueued: boolean }> {
    if (!this.transcripts.has(text.sessionKey)) return { enqueued: false };
    if (this.left.some(({ idempotencyKey }) => idempotencyKey === text.idempotencyKey))
      return { enqueued: false };
    this.left.push(text);
    return { enqueued: true };
  }

  /** The turn that goes on is over. */
  free(): void {
    this.busy = false;
    for (const begin of this.queued.splice(0)) begin();
  }

  crash(): void {
    this.#runs = new Map();
    this.queued.length = 0;
    this.busy = false;
  }

  /** How often that session was told something. */
  told(sessionKey: string): string[] {
    const texts = (this.transcripts.get(sessionKey) ?? []).map((message) => JSON.stringify(message));
    return texts.filter((text) => text.includes("[Clawflow h-told-"));
  }

  #begin(run: Run): void {
    this.say(run.request.sessionKey, run.request.message, run.request.idempotencyKey);
    if (this.dies) return;
    this.answer(run.request.sessionKey, "Told.");
    run.state = { status: "ok", endedAt: 2, terminalReply: { disposition: "visible", text: "Told." } };
  }
}
