import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { replyToHuman } from "../host/files.ts";
import { COMMAND } from "../host/host-process.ts";
import { quickOrFull } from "../suite-size.ts";
import { countInjected, type Injection, needStrace, startedUnder } from "./inject.ts";
import { KillWorld } from "./kill-world.ts";
import { recordProof } from "./record-proof.ts";

const TIMES = quickOrFull(1, 10);

/** What a failed call must come to: the message is not there; or it is, and the sender is told how sure that is. */
const WAYS: readonly (Omit<Injection, "path"> & { inbox?: boolean; told: RegExp | "nothing" })[] = [
  { calls: "fsync", error: "EIO", when: "1", told: /E_DISK.*EIO/s },
  { calls: "fsync", error: "ENOSPC", when: "1+", told: /E_DISK_FULL.*ENOSPC/s },
  { calls: "fsync", error: "EIO", when: "1", inbox: true, told: /E_DISK.*power cut.*EIO/s },
  { calls: "link", error: "EIO", when: "1", told: /E_DISK.*EIO/s },
  { calls: "link", error: "EROFS", when: "1+", told: /E_DISK.*EROFS/s },
  { calls: "link,unlink", error: "EDQUOT", when: "1+", told: /E_DISK_FULL.*EDQUOT/s },
  { calls: "unlink", error: "EIO", when: "1+", told: "nothing" },
];

const counts = { "said to be sent": 0, refused: 0, "there, and said to be unsure": 0 };
const notes: string[] = [];

beforeAll(needStrace);

test(`F6: calls of a command that sends fail, in ${WAYS.length} ways, ${TIMES} times each`, async () => {
  const world = new KillWorld({ all: { lead: [] } });
  onTestFinished(() => (notes.length === 0 ? world.remove() : undefined));
  await world.start("all");
  await world.end("all");
  for (let time = 0; time < TIMES; time++) for (const way of WAYS) await sendUnder(world, way);
  const waiting = inboxOf(world);
  await world.start("all");
  for (const name of waiting) {
    const id = /^task-(.+)-1-[0-9a-f]{12}\.md$/.exec(name)?.[1] ?? name;
    await replyToHuman(world.workspace("lead"), id);
  }
  await world.end("all");
  recordProof({
    fault: "F6",
    what: "calls of a command that sends fail: it says so, or the message is there",
    cases: WAYS.length * TIMES,
    counts: { wrong: notes.length, ...counts, answered: waiting.length },
  });
  expect(notes).toEqual([]);
  expect(world.faults()).toEqual([]);
  expect(readdirSync(join(world.workspace("lead"), "tasks"))).toHaveLength(waiting.length);
});

async function sendUnder(world: KillWorld, way: (typeof WAYS)[number]): Promise<void> {
  const log = join(world.folder, "calls");
  const before = inboxOf(world);
  const path = way.inbox === true ? { path: join(world.workspace("lead"), "mailbox", "inbox") } : {};
  const [program = "", ...words] = startedUnder({ ...way, ...path }, log);
  const send = ["send", "lead", '{"say":"r:x"}', "--json", "--root", world.root, "--team", world.team];
  const { status, said } = await run(program, [...words, process.execPath, COMMAND, ...send]);
  const isThere = inboxOf(world).length - before.length;
  const isUnsure = said.includes("power cut");
  if (status === 0) counts["said to be sent"]++;
  else if (isUnsure) counts["there, and said to be unsure"]++;
  else counts.refused++;
  const told = way.told === "nothing" ? status === 0 : status !== 0 && way.told.test(said);
  const due = status === 0 || isUnsure ? 1 : 0;
  if (told && isThere === due && countInjected(log) > 0) return;
  notes.push(`${JSON.stringify(way)}: ${status}, ${isThere} there, ${countInjected(log)} failed: ${said}`);
}

function inboxOf(world: KillWorld): string[] {
  const inbox = join(world.workspace("lead"), "mailbox", "inbox");
  return existsSync(inbox) ? readdirSync(inbox) : [];
}

function run(program: string, args: readonly string[]): Promise<{ status: number; said: string }> {
  return new Promise((resolve) => {
    execFile(program, args, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), said: out + err }),
    );
  });
}
