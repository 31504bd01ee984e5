import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { claimHost, currentHost } from "../../src/store/claim.ts";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { nodeProcess, processStart } from "../../src/store/process-identity.ts";
import type { Exclusive } from "../../src/store/with-lock.ts";
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
    message: expect.stringContaining("--take-over"),
  });
  (await claimHost({ ...options, takeOver: true })).check();
});

test("of two takers that race one wins, wherever the other one stands still", async () => {
  for (let stop = 1; stop <= 12; stop++) {
    const [directory, processes] = [temporaryFolder(), new Processes()];
    await claimIn(directory, processes);
    processes.kill();
    const winners: unknown[] = [];
    let calls = 0;
    const disk = nodeDisk();
    const between = (other: Disk): Disk =>
      new Proxy(other, {
        get: (target, name: keyof Disk) => {
          const call = target[name] as (...args: unknown[]) => unknown;
          return (...args: unknown[]) => {
            // Here the other taker does all that it does, and so does a third after it.
            if (++calls === stop) for (let n = 0; n < 2; n++) takeNow(directory, processes, disk, winners);
            return call(...args);
          };
        },
      });
    await claimIn(directory, processes, between(disk)).then(
      (claim) => winners.push(claim),
      () => {},
    );
    const holding = (winners as Awaited<ReturnType<typeof claimIn>>[]).filter((claim) => holds(claim));
    expect([stop, holding.length]).toEqual([stop, 1]);
    expect(readdirSync(directory).filter((name) => name.includes(".new-"))).toEqual([]);
  }
});

function takeNow(directory: string, processes: Processes, disk: Disk, winners: unknown[]): void {
  // Without a lock a claim is made in one go: the promise is settled when this returns.
  void claimIn(directory, processes, disk).then(
    (claim) => winners.push(claim),
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
