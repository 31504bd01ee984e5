import { crc32 } from "node:zlib";
import { ClawflowError } from "../protocol/errors.ts";
import type { Batch } from "./entries.ts";

/*
 * A journal is text, one record after the other:
 *
 *   clawflow-journal 1 <generation> <number> <bytes> <crc32>\n
 *   <JSON of that many bytes>\n
 *
 * Numbers count from 1 within a generation; a generation begins with each new journal file. JSON holds no line breaks, so a record
 * begins where a line does.
 */
const MAGIC = "clawflow-journal 1 ";
const HEADER = /^clawflow-journal 1 (\d{1,15}) (\d{1,15}) (\d{1,12}) ([0-9a-f]{8})$/;
const MAX_HEADER_BYTES = 96;
const OTHER_VERSION = /^clawflow-journal (\d{1,9}) /;

export interface JournalRecord {
  generation: number;
  number: number;
  batch: Batch;
}

export function formatRecord(generation: number, number: number, batch: Batch): Buffer {
  const payload = Buffer.from(JSON.stringify(batch), "utf8");
  const sum = checksum(generation, number, payload);
  return Buffer.concat([
    Buffer.from(`${MAGIC}${generation} ${number} ${payload.length} ${sum}\n`),
    payload,
    Buffer.from("\n"),
  ]);
}

export interface JournalText {
  records: JournalRecord[];
  /** Bytes up to the end of the last whole record. */
  end: number;
}

/**
 * Reads a journal. A torn last record is dropped, and so is what an older generation left behind the end.
 * @throws E_JOURNAL when a bad record is followed by a whole one of its generation: commits that were promised would be passed over;
 * E_LAYOUT when a later version of the program wrote there
 */
export function parseJournal(bytes: Uint8Array, path: string): JournalText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: JournalRecord[] = [];
  let end = 0;
  for (;;) {
    const found = recordAt(buffer, end);
    const last = records.at(-1);
    if (found === undefined || !follows(last, found.record)) break;
    records.push(found.record);
    end = found.end;
  }
  refuseLater(buffer, end, path);
  refuseGap(buffer, end, records.at(-1), path);
  return { records, end };
}

function follows(last: JournalRecord | undefined, next: JournalRecord): boolean {
  if (last === undefined) return next.number === 1;
  return next.generation === last.generation && next.number === last.number + 1;
}

/** What cannot be read for that reason is no torn record: it would be lost with the journal. */
function refuseLater(buffer: Buffer, end: number, path: string): void {
  const version = OTHER_VERSION.exec(buffer.toString("latin1", end, end + MAX_HEADER_BYTES))?.[1];
  if (version === undefined || Number(version) <= 1) return;
  throw laterJournal(`${path}, byte ${end}`, `version ${version}`);
}

/** A journal that a later version of the program wrote; nothing of it is touched. */
export function laterJournal(at: string, found: string): ClawflowError {
  return new ClawflowError("E_LAYOUT", "a newer version of Clawflow wrote this journal", {
    at,
    expected: "version 1",
    found,
    hint: "Update Clawflow, or let the newer version stop in order: then nothing is left in the journal",
  });
}

function refuseGap(buffer: Buffer, end: number, last: JournalRecord | undefined, path: string): void {
  const generation = last?.generation ?? headerAt(buffer, end)?.generation;
  for (let at = buffer.indexOf(MAGIC, end); at !== -1; at = buffer.indexOf(MAGIC, at + 1)) {
    const later = recordAt(buffer, at)?.record;
    if (later === undefined) continue;
    if (generation !== undefined && later.generation < generation) continue;
    throw new ClawflowError("E_JOURNAL", "a damaged record stands before a whole one", {
      at: `${path}, byte ${end}`,
      expected: `record ${(last?.number ?? 0) + 1}`,
      found: `record ${later.number} of generation ${later.generation} at byte ${at}`,
      hint: "Keep a copy of the folder; with the journal moved away the host starts from the files, without the commits that only the journal holds",
    });
  }
}

interface Header {
  generation: number;
  number: number;
  bytes: number;
  sum: string;
  start: number;
}

function headerAt(buffer: Buffer, at: number): Header | undefined {
  const lineEnd = buffer.subarray(at, at + MAX_HEADER_BYTES).indexOf(10);
  if (lineEnd === -1) return undefined;
  const match = HEADER.exec(buffer.toString("latin1", at, at + lineEnd));
  if (match === null) return undefined;
  const [, generation, number, bytes, sum = ""] = match;
  return {
    generation: Number(generation),
    number: Number(number),
    bytes: Number(bytes),
    sum,
    start: at + lineEnd + 1,
  };
}

function recordAt(buffer: Buffer, at: number): { record: JournalRecord; end: number } | undefined {
  const header = headerAt(buffer, at);
  if (header === undefined) return undefined;
  const { generation, number, start } = header;
  const end = start + header.bytes;
  if (end + 1 > buffer.length || buffer[end] !== 10) return undefined;
  const payload = buffer.subarray(start, end);
  if (checksum(generation, number, payload) !== header.sum) return undefined;
  return {
    record: { generation, number, batch: JSON.parse(payload.toString("utf8")) as Batch },
    end: end + 1,
  };
}

/** Over the generation and number too, so that a record cannot pass for another one. */
function checksum(generation: number, number: number, payload: Uint8Array): string {
  return crc32(payload, crc32(`${generation} ${number}`))
    .toString(16)
    .padStart(8, "0");
}
