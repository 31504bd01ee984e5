import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { taskOfPerson } from "../../src/host/submit.ts";
import { noWatch, type Watch } from "../../src/host/watch.ts";
import { faultsOf } from "../host/files.ts";
import { runTask, startHost, tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { quickOrFull } from "../suite-size.ts";
import { copyOf } from "./gated-team.ts";
import { Tally } from "./tally.ts";

const CASES = quickOrFull(4, 10);
/** The full form waits as long as a host does by itself. */
const RESCAN = quickOrFull(1_000, 10_000);
/** A file of a person's name is taken when it has been at rest for half a second, looked at four times a second. */
const AT_REST = 750;
/** For a machine that has other things to do. */
const SLACK = 5_000;
const LIMIT = RESCAN + AT_REST + SLACK;

const FAULTS = ["lost", "late", "twice", "inconsistent"] as const;
const AGENTS = Array.from({ length: CASES }, (_, n) => `a${n}`);

test(`F10 the queue of the watcher overflows: ${CASES} times`, async () => {
  const team = await start();
  // The system has one queue for a process: what this folder does not tell, the inboxes do not tell either.
  const probe = mkdtempSync(join(tmpdir(), "clawflow-probe-"));
  const seen: string[] = [];
  const watcher = watch(probe, (_, name) => seen.push(String(name)));
  onTestFinished(() => {
    watcher.close();
    rmSync(probe, { recursive: true });
  });
  for (const agent of AGENTS) {
    flood(probe);
    writeFileSync(join(probe, `after-${agent}`), "");
    team.drop(agent);
    await pause(50);
  }
  await team.allFound();
  expect(seen.length).toBeGreaterThan(0);
  team.tally.add("overflows", AGENTS.filter((agent) => !seen.includes(`after-${agent}`)).length);
  expect(seen.filter((name) => name.startsWith("after-"))).toEqual([]);
  team.record("more events than the system keeps, then a message");
});

test(`F10 the inbox is another folder: ${CASES} times`, async () => {
  const team = await start();
  for (const agent of AGENTS) {
    const inbox = team.inbox(agent);
    renameSync(inbox, `${inbox}-before`);
    mkdirSync(inbox);
    team.drop(agent);
  }
  await team.allFound();
  team.record("inbox/ renamed, another made in its place, then a message");
});

test(`F10 the inbox was deleted: ${CASES} times`, async () => {
  const team = await start();
  for (const agent of AGENTS) rmSync(team.inbox(agent), { recursive: true });
  await pause(300);
  for (const agent of AGENTS) {
    mkdirSync(team.inbox(agent), { recursive: true });
    team.drop(agent);
  }
  await team.allFound();
  team.record("inbox/ deleted, made again, then a message");
});

test(`F10 nobody tells of anything: ${CASES} times`, async () => {
  const team = await start(noWatch);
  for (const agent of AGENTS) team.drop(agent);
  await team.allFound();
  team.record("no events at all, as on a network file system");
});

/** Each message has an agent and an inbox of its own. */
async function start(watcher?: Watch) {
  const root = tempRoot();
  const asked = new Map<string, number>();
  const host: Host = await startHost({
    root,
    rescan: RESCAN,
    agents: Object.fromEntries(
      [...AGENTS, "first"].map((agent) => [
        agent,
        {
          brain: () => {
            asked.set(agent, (asked.get(agent) ?? 0) + 1);
            return "found";
          },
        },
      ]),
    ),
    ...(watcher === undefined ? {} : { ports: { watch: watcher } }),
  });
  // Whatever a host looks at when it begins is behind it.
  await runTask(host, "first", "be found");
  const tally = new Tally(FAULTS);
  const dropped = new Map<string, { task: string; at: number }>();
  const found = new Map<string, number>();
  host.on((event) => {
    if (event.type === "task:created") found.set(event.agent, performance.now());
  });
  const inbox = (agent: string) => join(root, agent, "mailbox", "inbox");
  return {
    tally,
    inbox,
    /** By turns under a name of the runtime's own and of a person's. */
    drop(agent: string) {
      const message = taskOfPerson(agent, { instructions: "be found" }, new Date().toISOString());
      const { name, bytes } = copyOf(message);
      writeFileSync(join(inbox(agent), dropped.size % 2 === 0 ? name : "Found.md"), bytes);
      dropped.set(agent, { task: message.task_id, at: performance.now() });
    },
    async allFound() {
      const all = () => AGENTS.every((agent) => found.has(agent));
      await until(all, "messages", LIMIT * 4).catch(() => {});
      for (const [agent, { task, at }] of dropped) {
        const after = (found.get(agent) ?? Number.POSITIVE_INFINITY) - at;
        tally.check("lost", Number.isFinite(after), `${agent} never found its message`);
        if (!Number.isFinite(after)) continue;
        tally.check("late", after <= LIMIT, `${agent} after ${after} ms`);
        tally.most("longest, ms", after);
        await host.finished(agent, task);
        tally.check("twice", asked.get(agent) === 1, `${agent} was asked ${asked.get(agent)} times`);
      }
      await host.stop();
      const findings = faultsOf(root, AGENTS);
      tally.check("inconsistent", findings.length === 0, JSON.stringify(findings));
    },
    record(what: string) {
      tally.add("rescan every, ms", RESCAN);
      tally.record("F10", what, CASES);
    },
  };
}

/** More changes than the system keeps for a process that does not listen; two files in turn, for equal events are kept once. */
function flood(folder: string): void {
  const files = ["one", "other"].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, "");
  for (let n = 0; n < 40_000; n++) utimesSync(files[n % 2] as string, n, n);
}
