import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Claim, claimHost, currentHost } from "../../src/store/claim.ts";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { nodeProcess, processStart } from "../../src/store/process-identity.ts";
import { type Exclusive, withLock } from "../../src/store/with-lock.ts";
import { aTask, newWorld, open, Processes, temporaryFolder } from "./helpers.ts";

/** No lock at all: a claim must have one winner by itself. */
const unlocked: Exclusive = (_, action) => action(new AbortController().signal);

function claimIn(directory: string, processes: Processes, disk: Disk = nodeDisk(), takeOver = false) {
  return claimHost({ disk, directory, process: processes.next(), exclusive: unlocked, takeOver });
}

test("a host that runs is not disturbed; the error says who it is and how to go on", async () => {
  const [directory, processes] = [temporaryFolder(), new Processes()];
  const claim = await claimIn(directory, processes);
  await expect(claimIn(directory, processes)).rejects.toMatchObject({
    code: "E_LOCKED",
    message: expect.stringMatching(/process 1.*clawflow send.*kill 1/),
  });
  claim.check();
  expect(currentHost(nodeDisk(), directory, processes.next())).toMatchObject({
    record: { pid: 1 },
    state: "alive",
  });
  claim.release();
  expect(currentHost(nodeDisk(), directory, processes.next())).toBeUndefined();
  (await claimIn(directory, processes)).check();
});

test("a claim of a process that is gone is taken at once, one of another machine only on demand", async () => {
  const [directory, processes] = [temporaryFolder(), new Processes()];
  await claimIn(directory, processes);
  processes.kill();
  await claimIn(directory, processes);
  const elsewhere = { ...processes.next(), isAlive: () => "unknown" as const };
  const options = { disk: nodeDisk(), directory, process: elsewhere, exclusive: unlocked };
  await expect(claimHost(options)).rejects.toMatchObject({
    code: "E_LOCKED",
    message: expect.stringContaining("clawflow up --take-over"),
  });
  (await claimHost({ ...options, takeOver: true })).check();
});

test("of takers that race one wins, wherever another stands still meanwhile", async () => {
  for (const others of [1, 2, 3, 4]) {
    for (let stop = 1; stop <= 14; stop++) {
      const [directory, processes] = [temporaryFolder(), new Processes()];
      await claimIn(directory, processes);
      processes.kill();
      const made: Claim[] = [];
      // Each of the others lives until the next one takes over from it; the last one stays.
      const meanwhile = () => {
        for (let n = 0; n < others; n++) {
          if (n > 0) processes.kill();
          takeNow(directory, processes, made);
        }
      };
      const last = await claimIn(directory, processes, standingStill(stop, meanwhile)).catch(() => undefined);
      await Promise.resolve();
      // Who holds a claim and is alive is never put out by the one that stood still, nor the other way round.
      const alive = [last, last === undefined ? made.at(-1) : undefined].filter(
        (claim) => claim !== undefined,
      );
      expect([others, stop, alive.map(holds), made.length]).toEqual([
        others,
        stop,
        [true],
        last === undefined ? others : 0,
      ]);
      expect(readdirSync(directory).filter((name) => name.includes(".new-"))).toEqual([]);
    }
  }
});

test("who gives a claim back while the next one takes it disturbs nobody, wherever it stands still", async () => {
  for (let stop = 1; stop <= 12; stop++) {
    const [directory, processes] = [temporaryFolder(), new Processes()];
    const next: Claim[] = [];
    let isGivingBack = false;
    let calls = 0;
    const disk = new Proxy(nodeDisk(), {
      get: (target, name: keyof Disk) => {
        const call = target[name] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          if (isGivingBack && ++calls === stop) takeNow(directory, processes, next);
          return call(...args);
        };
      },
    });
    const first = await claimIn(directory, processes, disk);
    isGivingBack = true;
    expect(() => first.release(), `call ${stop}`).not.toThrow();
    await new Promise(setImmediate);
    const last = next[0] ?? (await claimIn(directory, processes));
    expect([stop, holds(last)]).toEqual([stop, true]);
    expect(readdirSync(directory).filter((name) => name.includes(".new-"))).toEqual([]);
  }
});

/** A disk on which others do all that they do right before the n-th call. */
function standingStill(stop: number, meanwhile: () => void): Disk {
  let calls = 0;
  return new Proxy(nodeDisk(), {
    get: (target, name: keyof Disk) => {
      const call = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (++calls === stop) meanwhile();
        return call(...args);
      };
    },
  });
}

/** Without a lock a claim is made in one go; it is in the list as soon as the promise is looked at. */
function takeNow(directory: string, processes: Processes, made: Claim[]): void {
  void claimIn(directory, processes).then(
    (claim) => made.push(claim),
    () => {},
  );
}

function holds(claim: { check(): void }): boolean {
  try {
    claim.check();
    return true;
  } catch {
    return false;
  }
}

test("H37 a host that stood still while another took over sees it at its next commit, and writes nothing", async () => {
  const world = newWorld();
  const stopped = await open(world);
  stopped.store.stage(stopped.lead, [{ op: "create", task: aTask("t") }]);
  await stopped.store.commit();
  const second = await open(world, ["lead", "reader"], { takeOver: true });
  expect(second.lead.tasks.has("t")).toBe(true);
  const journal = join(world.root, ".host", "journal");
  const before = readFileSync(journal);
  stopped.store.stage(stopped.lead, [
    { op: "change", task: "t", change: { rev: 2, fields: { title: "late" } } },
  ]);
  await expect(stopped.store.commit({ rest: true })).rejects.toMatchObject({ code: "E_LOCKED" });
  await expect(stopped.store.commit()).rejects.toMatchObject({ code: "E_LOCKED" });
  await stopped.store.close();
  expect(readFileSync(journal)).toEqual(before);
  second.store.stage(second.lead, [
    { op: "change", task: "t", change: { rev: 2, fields: { title: "ours" } } },
  ]);
  await second.store.close();
  expect(readFileSync(join(second.lead.paths.tasks, "t", "task.md"), "utf8")).toContain("title: ours");
});

test("a claim that was cut short by a loss of power belongs to nobody", async () => {
  const [directory, processes] = [temporaryFolder(), new Processes()];
  await claimIn(directory, processes);
  writeFileSync(join(directory, "host.term-1"), "");
  (await claimIn(directory, processes)).check();
});

test("this process is alive, another start of its pid and another boot are not", () => {
  const own = nodeProcess(nodeDisk());
  const { identity } = own;
  expect(own.isAlive(identity)).toBe("alive");
  expect(own.isAlive({ ...identity, boot: "before" })).toBe("dead");
  expect(own.isAlive({ ...identity, machine: "other" })).toBe("unknown");
  expect(own.isAlive({ ...identity, pid: 2 ** 22 + 1 })).toBe("dead");
  if (identity.started !== "") {
    expect(own.isAlive({ ...identity, started: "1" })).toBe("dead");
    expect(processStart(nodeDisk(), process.pid)?.started).toBe(identity.started);
  }
});

test("a claim that is held only for a replay is waited for", async () => {
  const [directory, processes] = [temporaryFolder(), new Processes()];
  const options = { disk: nodeDisk(), directory, exclusive: unlocked };
  const brief = await claimHost({ ...options, process: processes.next(), brief: true });
  const order: string[] = [];
  const waiting = claimHost({ ...options, process: processes.next() }).then((claim) => {
    order.push("claimed");
    return claim;
  });
  await new Promise((resolve) => setTimeout(resolve, 60));
  order.push("released");
  brief.release();
  (await waiting).check();
  expect(order).toEqual(["released", "claimed"]);
});

/** From some call on everything fails, until `heal`. */
function failing(call: number): { disk: Disk; calls(): number; heal(): void } {
  const inner = nodeDisk();
  let calls = 0;
  let isWell = false;
  const heal = () => {
    isWell = true;
  };
  const disk = new Proxy(inner, {
    get: (target, name: keyof Disk) => {
      const value = target[name];
      if (typeof value !== "function") return value;
      return (...args: never[]) => {
        if (++calls >= call && !isWell) throw Object.assign(new Error("EMFILE: ordered"), { code: "EMFILE" });
        return (value as (...args: never[]) => unknown).apply(target, args);
      };
    },
  });
  return { disk, calls: () => calls, heal };
}

test("a claim that could not be made or given back for want of a disk does not stand in its own process's way", async () => {
  const process = new Processes().next();
  for (let call = 1; ; call++) {
    const { disk, calls, heal } = failing(call);
    const directory = temporaryFolder();
    const options = { disk, directory, process, exclusive: unlocked };
    try {
      (await claimHost(options)).release();
    } catch {}
    const isOver = calls() < call;
    heal();
    (await claimHost(options)).check();
    if (!isOver) continue;
    expect(call).toBeGreaterThan(15);
    return;
  }
});

test("a process that cannot be looked at just now is not taken for one that is gone", async () => {
  const directory = temporaryFolder();
  await claimHost({ disk: nodeDisk(), directory, process: nodeProcess(nodeDisk()), exclusive: unlocked });
  let isBlind = false;
  const read = (path: string) => {
    if (isBlind) throw Object.assign(new Error("EMFILE: ordered"), { code: "EMFILE" });
    return nodeDisk().read(path);
  };
  const process = nodeProcess({ read });
  isBlind = true;
  const claim = claimHost({ disk: nodeDisk(), directory, process, exclusive: unlocked });
  await expect(claim).rejects.toThrow("EMFILE");
  expect(() => nodeProcess({ read })).toThrow("EMFILE");
});

test("a lock whose holder's name cannot be removed is free, and what was done under it is done", async () => {
  const disk = nodeDisk();
  const stuck: Disk = {
    ...disk,
    unlink: () => {
      throw Object.assign(new Error("EIO: ordered"), { code: "EIO" });
    },
  };
  const path = join(temporaryFolder(), "claim");
  const process = nodeProcess(disk);
  expect(await withLock(stuck, process)(path, async () => "done")).toBe("done");
  expect(await withLock(disk, process, 1_000)(path, async () => "again")).toBe("again");
});
