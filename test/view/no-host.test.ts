import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { nodeProcess } from "../../src/store/process-identity.ts";
import { hostOfAgent } from "../../src/view/hosts.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { openRoot, type RootView } from "../../src/view/root-view.ts";
import { standingText } from "../../src/view/standing.ts";
import { readStatus } from "../../src/view/status.ts";
import { type Reason, why } from "../../src/view/why/why.ts";
import { ensureBuilt, run } from "../cli/cli.ts";
import { Rig } from "../host/rig.ts";
import { until } from "../host/until.ts";
import { disk } from "./team.ts";

beforeAll(ensureBuilt, 120_000);

let rig: Rig;
afterEach(() => rig.remove());

/** A lead that waits for a worker whose brain hangs, both in a process of their own. */
async function stuck(): Promise<string> {
  rig = new Rig("one process", { lead: { peers: ["worker"] }, worker: {} });
  await rig.start();
  const id = await rig.give("lead", { split: { a: { agent: "worker", do: { hang: true } } } });
  await until(() => reason(id)?.hold.cause === "brain", "the brain at work");
  return id;
}

function view(): RootView {
  const process = nodeProcess(disk);
  return openRoot(disk, agentsOfRoot(disk, rig.root), {
    hostOf: (workspace) => hostOfAgent(disk, workspace, process),
  });
}

function reason(id: string): Reason | undefined {
  const seen = view();
  const task = seen.task("lead", id);
  return task === undefined ? undefined : why(seen, "lead", task, Date.now());
}

function kill(signal: NodeJS.Signals): void {
  for (const host of rig.processes.values()) host.kill(signal);
}

test("after kill -9 nobody is said to work: no host runs", async () => {
  const id = await stuck();
  kill("SIGKILL");
  const { hold, chain } = await until(() => (reason(id)?.hold.cause === "no-host" ? reason(id) : undefined));
  expect(hold).toMatchObject({ agent: "worker", command: "clawflow up" });
  expect(chain).toHaveLength(2);
  const { running, problems } = readStatus(view(), { now: Date.now(), pendingAfter: 1, lately: 1 });
  const worker = running.find(({ agent }) => agent === "worker");
  expect(standingText(worker?.standing ?? { state: "working" })).toMatch(
    /^waiting for a host: no host runs worker/,
  );
  expect(problems.map(({ kind, agent }) => [kind, agent])).toEqual([
    ["stopped", "lead"],
    ["stopped", "worker"],
  ]);
  const shown = await run(["why", id, "--root", rig.root, "--team", rig.teamFile], { cwd: rig.folder });
  expect(shown.out).toContain("no-host: no host runs worker");
  expect(shown.out).toContain(`clawflow up --root ${rig.root} --team ${rig.teamFile}`);
});

test("a host that was stopped holds the lock", async () => {
  const id = await stuck();
  kill("SIGSTOP");
  try {
    const { hold } = await until(() => (reason(id)?.hold.cause === "locked" ? reason(id) : undefined));
    const [host] = rig.processes.values();
    expect(hold).toMatchObject({ state: "stopped", pid: host?.pid, command: `kill -CONT ${host?.pid}` });
  } finally {
    kill("SIGCONT");
  }
});

test("a host of another machine holds the lock, and nobody here can tell whether it runs", async () => {
  const id = await stuck();
  await rig.stop();
  const claim = join(rig.root, ".clawflow/host");
  const record = JSON.parse(readFileSync(claim, "utf8")) as { term: number };
  const { released: _, ...held } = record as typeof record & { released?: boolean };
  const theirs = { ...held, term: record.term + 1, machine: "elsewhere", pid: 4711 };
  writeFileSync(`${claim}.term-${theirs.term}`, JSON.stringify(theirs));
  expect(reason(id)?.hold).toMatchObject({
    cause: "locked",
    state: "unknown",
    pid: 4711,
    machine: "elsewhere",
    command: "clawflow up --take-over",
  });
});
