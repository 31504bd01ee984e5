import type { Batch } from "../../../src/store/entries.ts";
import { type VirtualFile, viewOf } from "../virtual-file.ts";

const HEADER = /^clawflow-journal 1 \d+ \d+ (\d+) [0-9a-f]{8}$/;

/** Records of journals as they become durable: the moments at which an event has happened. */
export class RecordReader {
  private readonly read = new WeakMap<VirtualFile, number>();

  watch(file: VirtualFile): void {
    if (!this.read.has(file)) this.read.set(file, 0);
  }

  /** What is durable of this file and was not read before, if it is a journal. */
  *next(file: VirtualFile): Generator<Batch> {
    const begin = this.read.get(file);
    if (begin === undefined) return;
    let at: number = begin;
    const { buffer, byteOffset, length } = viewOf(file.durable);
    const bytes = Buffer.from(buffer, byteOffset, length);
    for (;;) {
      const lineEnd: number = bytes.indexOf(10, at);
      const size: string | undefined =
        lineEnd < 0 ? undefined : HEADER.exec(bytes.toString("latin1", at, lineEnd))?.[1];
      if (size === undefined) return;
      const end = lineEnd + 1 + Number(size);
      if (bytes[end] !== 10) return;
      const batch = parse(bytes.toString("utf8", lineEnd + 1, end));
      if (batch === undefined) return;
      at = end + 1;
      this.read.set(file, at);
      yield batch;
    }
  }
}

function parse(text: string): Batch | undefined {
  try {
    return JSON.parse(text) as Batch;
  } catch {
    // One that a power cut tore.
    return undefined;
  }
}
