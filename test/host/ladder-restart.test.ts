import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { quickOrFull } from "../suite-size.ts";
import { up } from "./host-process.ts";
import { Rig, type RigForm } from "./rig.ts";

const MEMBERS = {
  alpha: { peers: ["bravo", "delta"], concurrency: 2 },
  bravo: { peers: ["quentin"], concurrency: 2 },
  delta: {},
  quentin: { concurrency: 2 },
};

const step = (name: string) => ({ say: `r:${name}`, ms: 120 });
const WORK = {
  split: {
    one: { agent: "delta", do: step("one") },
    two: { agent: "bravo", do: { split: { x: { do: step("x") }, y: { do: step("y"), after: ["x"] } } } },
    bad: { agent: "delta", do: { fail: "no" } },
    skipped: { agent: "delta", do: step("skipped"), after: ["bad"] },
    three: { agent: "delta", do: step("three"), after: ["one", "two"] },
  },
  policy: { on_failure: "continue" },
};
const ANSWER =
  "[bad failed; one=r:one; skipped skipped; three=r:three(r:one r:x r:y); two=[x=r:x; y=r:y(r:x)]]";

describe.each<[RigForm, NodeJS.Signals]>([
  ["one host", "SIGTERM"],
  ["one process", "SIGKILL"],
  ["a process each", "SIGTERM"],
  ["a process each", "SIGKILL"],
])("%s, %s", (form, signal) => {
  test("a restart at any moment changes nothing", async () => {
    const rig = new Rig(form, MEMBERS);
    onTestFinished(() => rig.remove());
    await rig.start();
    const id = await rig.give("alpha", WORK);
    for (const ms of quickOrFull([10, 150, 400], [10, 60, 150, 250, 400])) {
      await pause(ms);
      await rig.restart(signal);
    }
    expect((await rig.answer("alpha", id)).body.results).toBe(ANSWER);
    await rig.clean();
    await rig.stop();
    expect(rig.faults()).toEqual([]);
    const reply = await rig.answer("alpha", id);
    expect(reply.body.results).toBe(ANSWER);
  });
});

test("hosts of single agents are killed; one host of all takes over what their journals hold, and back", async () => {
  const rig = new Rig("a process each", MEMBERS);
  onTestFinished(() => rig.remove());
  await rig.start();
  const id = await rig.give("alpha", WORK);
  await pause(400);
  for (const host of rig.processes.values()) host.kill("SIGKILL");
  await Promise.all([...rig.processes.values()].map((host) => host.ended));

  const all = up({ root: rig.root, team: rig.teamFile });
  onTestFinished(() => all.kill("SIGKILL"));
  await all.started;
  await pause(400);
  all.kill("SIGKILL");
  await all.ended;

  await rig.start();
  expect((await rig.answer("alpha", id)).body.results).toBe(ANSWER);
  await rig.stop();
  expect(rig.faults()).toEqual([]);
});
