import type { Readable } from "node:stream";

/** What a process printed, as far as it was read. */
export interface Collected {
  bytes(): Buffer;
  /** Settles when the stream has ended or broke. */
  closed: Promise<void>;
  /** Settles once more than `limit` bytes came; nothing more is kept from then on. */
  tooMuch: Promise<void>;
  isTooMuch(): boolean;
}

/** Keeps all of a stream up to `limit` bytes. */
export function collectOutput(stream: Readable, limit: number): Collected {
  const chunks: Buffer[] = [];
  let size = 0;
  const over = signal();
  const closed = onData(stream, (chunk) => {
    size += chunk.length;
    if (size > limit) over.settle();
    else chunks.push(chunk);
  });
  return { bytes: () => Buffer.concat(chunks), closed, tooMuch: over.promise, isTooMuch: () => size > limit };
}

/** Keeps the last `limit` bytes of a stream. */
export function collectEnd(stream: Readable, limit: number): Pick<Collected, "bytes" | "closed"> {
  let end: Buffer = Buffer.alloc(0);
  const closed = onData(stream, (chunk) => {
    const whole = Buffer.concat([end, chunk.subarray(-limit)]);
    end = Buffer.from(whole.subarray(-limit));
  });
  return { bytes: () => end, closed };
}

function onData(stream: Readable, take: (chunk: Buffer) => void): Promise<void> {
  const closed = signal();
  stream.on("data", take);
  for (const event of ["end", "close", "error"]) stream.on(event, closed.settle);
  return closed.promise;
}

function signal(): { promise: Promise<void>; settle: () => void } {
  let settle = (): void => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
