import { expect, test } from "vitest";
import { foldRecords } from "../../src/store/fold.ts";
import type { JournalRecord } from "../../src/store/journal-record.ts";

function handOn(number: number, from: string, to: string): JournalRecord {
  const send = {
    op: "send",
    name: `m-${number}.md`,
    text: "",
    place: "inbox",
    receiver: to,
    blobs: ["ce0b"],
  };
  const commits = [{ agent: from, workspace: from, clock: 0, ops: [send] }];
  return { number, generation: 1, batch: { commits } } as unknown as JournalRecord;
}

test("an attachment that is handed round comes from where it came first, whoever hands it back", () => {
  const round = ["dc", "cb", "bc", "bd", "cd"].map(([from = "", to = ""], at) => handOn(at, from, to));
  const folded = foldRecords("/w", round);
  const from = Object.fromEntries([...folded].map(([at, { blobs }]) => [at, blobs.get("ce0b")]));
  expect(from).toEqual({ "/w/d": "/w/d", "/w/c": "/w/d", "/w/b": "/w/c" });
});
