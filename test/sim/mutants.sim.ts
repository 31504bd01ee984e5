import { afterEach, expect, test, vi } from "vitest";
import type { Disk } from "../../src/store/disk.ts";
import { makeScenario } from "./scenario.ts";
import { simulate } from "./simulation.ts";

/*
 * Real mistakes, planted one at a time: a simulator that does not find each of them within the seeds that every change is tested with is
 * not worth its time.
 */

/** As many seeds as `npm run sim` runs. */
const SEEDS = 200;

const planted = vi.hoisted(() => ({ mistake: "" }));

vi.mock("../../src/store/deliver.ts", async (original) => {
  const real = await original<typeof import("../../src/store/deliver.ts")>();
  const deliverInto: typeof real.deliverInto = (disk, directory, delivery, how) =>
    real.deliverInto(
      disk,
      directory,
      delivery,
      planted.mistake === "receipt before the sync" ? { sync: false } : how,
    );
  return { ...real, deliverInto };
});

vi.mock("../../src/store/fold.ts", async (original) => {
  const real = await original<typeof import("../../src/store/fold.ts")>();
  const foldRecords: typeof real.foldRecords = (directory, records) =>
    real.foldRecords(directory, planted.mistake === "no replay" ? [] : records);
  return { ...real, foldRecords };
});

vi.mock("../../src/store/stage-op.ts", async (original) => {
  const real = await original<typeof import("../../src/store/stage-op.ts")>();
  const stageOp: typeof real.stageOp = (staging, workspace, op) => {
    if (planted.mistake === "archived before the commit" && op.op === "take")
      workspace.files.move(`${workspace.paths.inbox}/${op.name}`, `${workspace.directory}/${op.path}`);
    return real.stageOp(staging, workspace, op);
  };
  return { ...real, stageOp };
});

vi.mock("../../src/store/checkpoint.ts", async (original) => {
  const real = await original<typeof import("../../src/store/checkpoint.ts")>();
  const finishCheckpoint: typeof real.finishCheckpoint = (context, ...rest) =>
    real.finishCheckpoint(
      planted.mistake === "journal emptied before the files are synced"
        ? { ...context, durability: "os" }
        : context,
      ...rest,
    );
  return { ...real, finishCheckpoint };
});

vi.mock("../../src/store/inbox.ts", async (original) => {
  const real = await original<typeof import("../../src/store/inbox.ts")>();
  const isSettled: typeof real.isSettled = (workspace, name) =>
    planted.mistake === "files taken while they are written" || real.isSettled(workspace, name);
  return { ...real, isSettled };
});

vi.mock("../../src/loop/identify.ts", async (original) => {
  const real = await original<typeof import("../../src/loop/identify.ts")>();
  const identifyWork: typeof real.identifyWork = (message, ...rest) => {
    const identity = real.identifyWork(message, ...rest);
    return planted.mistake === "repeats are new work" ? { is: "new", localId: identity.localId } : identity;
  };
  return { ...real, identifyWork };
});

vi.mock("../../src/loop/upstream.ts", async (original) => {
  const real = await original<typeof import("../../src/loop/upstream.ts")>();
  const upstreamContext: typeof real.upstreamContext = (...given) => {
    const upstream = real.upstreamContext(...given);
    return planted.mistake === "line ends of results changed"
      ? { ...upstream, context: upstream.context.replaceAll("\r\n", "\n") }
      : upstream;
  };
  return { ...real, upstreamContext };
});

vi.mock("../../src/loop/signs.ts", async (original) => {
  const real = await original<typeof import("../../src/loop/signs.ts")>();
  const resumeTask: typeof real.resumeTask = (draft) => {
    if (planted.mistake !== "questions not put again") real.resumeTask(draft);
  };
  return { ...real, resumeTask };
});

vi.mock("../../src/loop/failures.ts", async (original) => {
  const real = await original<typeof import("../../src/loop/failures.ts")>();
  const failAttempt: typeof real.failAttempt = (draft, id, error) =>
    real.failAttempt(draft, id, planted.mistake === "no second attempt" ? `E_LIMIT: ${error}` : error);
  return { ...real, failAttempt };
});

/** Mistakes in what the store asks of the disk. */
const DISKS: Record<string, (disk: Disk) => Disk> = {
  "no sync at all": (disk) =>
    withCalls(disk, { sync: nothing, syncAll: async () => true, openAppend: unsynced(disk) }),
  "the journal is not synced": (disk) => withCalls(disk, { openAppend: unsynced(disk) }),
  "folders are not synced": (disk) => withCalls(disk, { sync: (files) => disk.sync(files, []) }),
  "files are not synced": (disk) => withCalls(disk, { sync: (_, folders) => disk.sync([], folders) }),
  "rename in place of link": (disk) => withCalls(disk, { link: (from, to) => disk.rename(from, to) }),
};

const MODULES = [
  "receipt before the sync",
  "no replay",
  "archived before the commit",
  "journal emptied before the files are synced",
  "files taken while they are written",
  "repeats are new work",
  "line ends of results changed",
  "questions not put again",
  "no second attempt",
];

afterEach(() => {
  planted.mistake = "";
});

test.each([...Object.keys(DISKS), ...MODULES])("found: %s", async (mistake) => {
  planted.mistake = mistake;
  const disk = DISKS[mistake];
  let found: { seed: number; fault: string | undefined } | undefined;
  for (let seed = 1; seed <= SEEDS && found === undefined; seed++) {
    const { faults } = await simulate(makeScenario(seed), disk === undefined ? {} : { disk });
    if (faults.length > 0) found = { seed, fault: faults[0] };
  }
  if (process.env.CLAWFLOW_FULL === "1") console.log(`${mistake}: seed ${found?.seed}: ${found?.fault}`);
  expect(found).toBeDefined();
});

function withCalls(disk: Disk, calls: Partial<Disk>): Disk {
  return { ...disk, ...calls };
}

async function nothing(): Promise<void> {}

function unsynced(disk: Disk): Disk["openAppend"] {
  return (path) => {
    const file = disk.openAppend(path);
    return {
      get size() {
        return file.size;
      },
      append: (content) => file.append(content),
      datasync: nothing,
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
    };
  };
}
