import type { Context } from "hono";
import type { PageEvent } from "./api-types.ts";
import type { Changes } from "./changes.ts";
import { refuse } from "./refuse.ts";

/** Pages that follow at a time. */
const MOST_STREAMS = 32;
/** Bytes that may wait for one that does not read. */
const MOST_WAITING = 256 * 1024;
const HEARTBEAT = 15_000;

/** The open streams of events. */
export class Events {
  readonly #changes: Changes;
  readonly #hello: () => Extract<PageEvent, { event: "hello" }>["data"];
  readonly #open = new Set<() => void>();

  constructor(changes: Changes, hello: () => Extract<PageEvent, { event: "hello" }>["data"]) {
    this.#changes = changes;
    this.#hello = hello;
  }

  get count(): number {
    return this.#open.size;
  }

  respond(c: Context): Response {
    if (this.#open.size >= MOST_STREAMS)
      return refuse(c, 429, "E_LIMIT", "too many pages are open", "Close some of them.");
    // What is not sent yet is thrown away with the connection.
    const cut = () => (c.env as { outgoing?: { destroy(): void } } | undefined)?.outgoing?.destroy();
    return new Response(this.#stream(cut), {
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
    });
  }

  stop(): void {
    for (const end of [...this.#open]) end();
  }

  #stream(cut: () => void): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let close = () => {};
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const write = (text: string) => {
            controller.enqueue(encoder.encode(text));
            if ((controller.desiredSize ?? 0) > 0) return;
            close();
            cut();
          };
          const send = (event: PageEvent) => write(eventText(event));
          const quiet = this.#changes.listen((agents) =>
            send({ event: "changed", data: { agents: [...agents] } }),
          );
          const beat = setInterval(() => write(": still here\n\n"), HEARTBEAT).unref();
          const release = () => {
            quiet();
            clearInterval(beat);
            this.#open.delete(end);
          };
          const end = () => {
            release();
            controller.close();
          };
          close = release;
          this.#open.add(end);
          send({ event: "hello", data: this.#hello() });
        },
        cancel: () => close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MOST_WAITING }),
    );
  }
}

/** JSON has no line ends, so nothing in it can begin another field. */
function eventText({ event, data }: PageEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
