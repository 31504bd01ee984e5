import { expect, test } from "vitest";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import {
  HOUR,
  holds,
  holdsAt,
  JOB,
  kill,
  MINUTE,
  ONE_HOST,
  power,
  QUIET,
  scenario,
  upTo,
} from "./hazard-scenario.ts";
import { bytesOf, namesIn } from "./look.ts";
import type { Disturbance } from "./scenario.ts";
import { SimHost } from "./sim-host.ts";
import { Simulation, simulate } from "./simulation.ts";

/*
 * Interleavings that a first design got wrong. Each is a run in which one thing happens, at every moment of it in turn; everything that the
 * simulator checks must hold in all of them. Those of people and their editors stand in hazards-of-people.test.ts.
 */

test("the job crosses between the hosts", async () => {
  const { history, faults } = await simulate(scenario());
  expect(faults).toEqual([]);
  expect(history.filter(({ text }) => text.endsWith("is accepted")).length).toBeGreaterThan(3);
});

test("H1 the power is cut while a message crosses: no name stands for less than the whole of it", async () => {
  await holdsAt(upTo(150, 7), (calls) => [power(100, 0, calls)]);
  await holdsAt(upTo(150, 7), (calls) => [power(100, 1, calls)], { syncing: 50 });
});

test("H2 the power is cut when the sender's journal was emptied: the receiver still has the message", async () => {
  await holdsAt([1100, 1300, 1600, 2000, 2500, 3500, 5000], (at) => [power(at, 1, 1)], { slowness: 3000 });
  await holdsAt([1100, 1300, 1600, 2000, 2500, 3500, 5000], (at) => [power(at, 0, 1)], {
    ...ONE_HOST,
    slowness: 3000,
  });
});

test("H4 a message that was accepted is not made again by the records that made it", async () => {
  await holdsAt(upTo(120, 6), (calls) => [kill(250, 0, calls), kill(700, 1, calls)]);
});

test("H5 kill -9, a restart, and then the power: what was only in memory is synced by the restart", async () => {
  await holdsAt(upTo(120, 8), (calls) => [kill(100, 0, calls), power(3000, 0, 1 + (calls % 9))], {
    slowness: 2000,
  });
  await holdsAt(upTo(120, 8), (calls) => [kill(100, 0, calls), power(600, 0, 1 + (calls % 40))], ONE_HOST);
});

test("H6 under steady work the journal is emptied as well, and old records are none of the new one's", async () => {
  const jobs = Array.from({ length: 6 }, (_, index) => ({
    ...JOB,
    id: `j${index + 1}`,
    at: 100 + index * 1500,
  }));
  await holdsAt([2000, 5200, 6100, 7500, 9000], (at) => [power(at, 0, 11)], {
    ...ONE_HOST,
    jobs,
    slowness: 400,
  });
});

test("H7 a sync fails once, and later the power is cut: nothing that was said to be durable is gone", async () => {
  for (const call of ["sync", "datasync", "syncAll"] as const) {
    await holdsAt(upTo(3000, 100), (at) => [{ at, kind: "eio", call }, power(at + 3000, 0, 1)], {
      ...ONE_HOST,
      slowness: 1000,
      syncAll: call === "syncAll",
    });
  }
});

test("H8 agents move to another host after a kill: old records never land in what has gone on", async () => {
  for (const calls of upTo(120, 6)) {
    const world = new Simulation(scenario({ disturbances: [kill(150, 0, calls), kill(160, 1, calls)] }));
    const heir = new SimHost(world, 2, ["a", "b", "c"]);
    world.time.after(600, () => {
      for (const host of world.hosts.splice(0, 2, heir)) {
        world.resting.add(host);
        host.life?.process.kill();
      }
      heir.start();
    });
    // Back to the first two, which find their journals long replayed.
    world.time.after(1200, () => {
      heir.life?.process.kill();
      const again = world.scenario.hosts.map((agents, number) => new SimHost(world, number, agents));
      world.hosts.splice(0, 1, ...again);
      // The first of them replays what the heir left for both; meanwhile the second would be refused.
      for (const [index, host] of again.entries()) world.time.after(index * 500, () => host.start());
    });
    const { faults } = await world.run();
    expect({ calls, faults }).toEqual({ calls, faults: [] });
  }
});

test("H13 a message is repeated days later, in another folder of the archive: it is known", async () => {
  const days = [1, 5].map(
    (day, index): Disturbance => ({ at: 3000 + index, kind: "wall", by: day * 24 * HOUR }),
  );
  // Receipts that are lost make for TASKs that come twice, and for word of progress, which no task remembers.
  const network = { ...QUIET, unanswered: 0.6, delay: 300 };
  for (const choice of upTo(100, 4).map((percent) => percent / 100))
    await holds({ network, disturbances: [...days, { at: 4000, kind: "again", choice, name: "same" }] });
});

test("H16 a partition outlasts every limit of a delivery: the replies come when it is over", async () => {
  await holdsAt([200, 400, 800], (at) => [{ at, kind: "partition", host: 0, for: 3 * HOUR }]);
});

test("H17 a peer that never comes back: the wait ends, and says why", async () => {
  const world = new Simulation(scenario({ tight: true }));
  const second = world.hosts[1] as SimHost;
  world.resting.add(second);
  const { history } = await world.run();
  const ends = history.filter(({ text }) => text.startsWith("j1 ends"));
  expect(ends.map(({ text }) => text)).toEqual(["j1 ends failed"]);
  expect(ends[0]?.at).toBeLessThan(HOUR);
});

test("H19 the machine sleeps over a weekend: nothing is timed out by time in which nobody ran", async () => {
  await holdsAt([150, 400, 900], (at) => [
    { at, kind: "freeze", host: 0, for: 60 * HOUR },
    { at, kind: "freeze", host: 1, for: 60 * HOUR },
  ]);
  for (const at of [2000, 4000, 6000, 9000, 14_000, 20_000]) {
    const asleep = [0, 1].map((host): Disturbance => ({ at, kind: "freeze", host, for: 60 * HOUR }));
    const { history } = await simulate(scenario({ tight: true, slowness: 5000, disturbances: asleep }));
    const ends = history.filter(({ text }) => text.startsWith("j1 ends"));
    expect({ at, ends: ends.map(({ text }) => text) }).toEqual({ at, ends: ["j1 ends done"] });
  }
});

test("H20 a clock on the wall that is off, and moves: no order and no limit depends on it", async () => {
  await holdsAt([150, 500, 1000], (at) => [
    { at, kind: "wall", by: -10 * MINUTE },
    { at: at + 100, kind: "wall", by: 400 * 24 * HOUR },
    { at: at + 200, kind: "wall", by: -900 * 24 * HOUR },
  ]);
});

test("H22 a reply to a person is complete in the outbox", async () => {
  const world = new Simulation(scenario());
  await world.run();
  expect(
    namesIn(world.machine, "/w/a/mailbox/outbox").filter((name) => name.startsWith("reply-j1-")),
  ).toHaveLength(1);
  expect(namesIn(world.machine, "/w/a/mailbox/outbox/pending")).toEqual([]);
});

test("H24 a cancel at any moment, on a network that reorders: all ends, and nobody works on", async () => {
  const network = { ...QUIET, repeated: 0.3, unanswered: 0.2, delay: 3000 };
  await holdsAt(
    [110, 300, 700, 1500, 3000, 6000],
    (at) => [{ at, kind: "control", job: "j1", control: "cancel", for: 0 }],
    {
      network,
      jobs: [{ ...JOB, steered: true }],
    },
  );
});

test("H25 replies and a person's cancel lie in one inbox", async () => {
  await holdsAt(
    [300, 600, 1000, 2000],
    (at) => [
      { at: at - 100, kind: "freeze", host: 0, for: 30_000 },
      { at, kind: "control", job: "j1", control: "cancel", for: 0 },
    ],
    { jobs: [{ ...JOB, steered: true }], shape: { ...scenario().shape, failing: true } },
  );
});

test("H26 the brain of a dead host answers, and so does the one that was asked again: one answer is taken", async () => {
  const world = new Simulation(
    scenario({ slowness: 20_000, disturbances: [kill(400, 0, 1)], jobs: [{ ...JOB, steered: true }] }),
  );
  const late = (at: number) =>
    world.time.after(at, () => {
      const base = Buffer.from(bytesOf(world.machine, "/w/a/.clawflow/base/j1.md") ?? []).toString();
      const question = /question: (q-[0-9a-f]+)/.exec(base)?.[1];
      if (question === undefined) return;
      const life = world.newLife();
      const message = world.human.outcomeOf("a", "j1", question, `o-${at}`);
      const delivery = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
      world.strangers.add(delivery.name);
      void deliverInto(life.disk, "/w/a", delivery, { sync: true }).then(() => world.hostOf("a")?.hint("a"));
    });
  for (const at of [900, 901, 1500]) late(at);
  const { history, faults } = await world.run();
  expect(faults).toEqual([]);
  expect(history.filter(({ text }) => text.startsWith("j1 ends")).map(({ text }) => text)).toEqual([
    "j1 ends done",
  ]);
  expect(
    history.filter(({ who, text }) => who === "a" && text.startsWith("sends reply j1 to human")),
  ).toHaveLength(1);
});

test("H35 the disk fills while files are replaced: no file is cut, and all goes on when there is space", async () => {
  for (const room of [0, 100, 700, 2000, 5000, 9000])
    await holdsAt([150, 500, 1200], (at) => [{ at, kind: "full", room, for: 5000 }], {
      ...ONE_HOST,
      slowness: 500,
    });
});

test("H37 a host that was stopped goes on while another has been refused; after its end the other takes over", async () => {
  const world = new Simulation(
    scenario({ ...ONE_HOST, disturbances: [{ at: 400, kind: "freeze", host: 0, for: 5000 }] }),
  );
  const rival = new SimHost(world, 1, ["a", "b", "c"]);
  world.time.after(1000, () => rival.start());
  const { faults } = await world.run();
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain("another host is running here");
});
