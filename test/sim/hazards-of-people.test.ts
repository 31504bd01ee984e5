import { expect, test } from "vitest";
import { messageFileName } from "../../src/protocol/ids.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import type { EditKind, SavingStyle } from "./editor.ts";
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
import type { Disturbance, Job } from "./scenario.ts";
import { Simulation, simulate } from "./simulation.ts";

/* Interleavings of what people do with what the runtime does, as in hazards.test.ts. */

const STEERED: Job = { ...JOB, steered: true };
const STYLES: readonly SavingStyle[] = ["rename", "in place", "truncate"];

/** `open`: how long the text is open in the editor before it is saved. */
function edit(at: number, what: EditKind, style: SavingStyle, open = 0, choice = 0): Disturbance {
  return { at, kind: "edit", job: "j1", choice, for: open, style, what, crlf: false };
}

/** All that hosts and people said in a run, which must be well. */
async function textsOf(more: Parameters<typeof scenario>[0]): Promise<string[]> {
  const { history, faults } = await simulate(scenario(more));
  expect(faults).toEqual([]);
  return history.map(({ text }) => text);
}

test("H3 a text is saved over a newer one, and kill -9, or the power: no edit is lost, and none is taken for a torn file", async () => {
  for (const what of ["notes", "broken"] as const) {
    for (const style of STYLES) {
      const more = { slowness: 800 };
      await holdsAt([300, 1200], (at) => [edit(at, what, style, 600), kill(at + 601, 0, 1)], more);
      await holdsAt([700], (at) => [edit(at, what, style, 300), kill(at + 310, 0, 8)], more);
      await holdsAt([300, 1200], (at) => [edit(at, what, style, 300), power(at + 900, 0, 4)], more);
    }
  }
});

test("H10 a person has a subtask done again, and one removed: it is another attempt, and all ends", async () => {
  let redone = 0;
  for (const at of [2000, 3000, 4500, 7000]) {
    const texts = await textsOf({
      jobs: [STEERED],
      slowness: 800,
      disturbances: [edit(at, "redo", "rename", 50, 0.99), edit(at + 1500, "remove", "rename", 50, 0.5)],
    });
    redone += texts.filter((text) => /^takes j1\S*_2 from/.test(text)).length;
  }
  expect(redone).toBeGreaterThan(0);
});

test("H11 attempts are given up while their brains still answer: the late answer is of no attempt", async () => {
  for (const seed of [3, 4, 5, 6]) {
    const shape = { ...scenario().shape, seed: seed * 31, failing: true };
    // Mostly within the ten minutes of an attempt, and sometimes ten times as long.
    await holds({ tight: true, shape, slowness: 5 * MINUTE });
  }
});

test("H12 a person gives another text under the same id: it is another task, and nobody's work is replaced", async () => {
  for (const at of [150, 400, 1200, 5000]) {
    const world = new Simulation(scenario({ jobs: [STEERED] }));
    const node = world.script.root("j1", "a");
    const message = world.human.messageOf(STEERED, "j1", node);
    const other = { ...message, id: "h-again", body: { ...message.body, context: "Mended." } };
    world.time.after(at, () => {
      const delivery = { name: messageFileName(other), bytes: Buffer.from(formatMessage(other)) };
      void deliverInto(world.newLife().disk, "/w/a", delivery, { sync: true }).then(() => world.hint("a"));
    });
    const { faults, history } = await world.run();
    expect({ at, faults }).toEqual({ at, faults: [] });
    const taken = history.filter(({ who, text }) => who === "a" && text.endsWith("from human"));
    expect(taken.map(({ text }) => text)).toEqual(["takes j1 from human", "takes j1_2 from human"]);
    const outbox = namesIn(world.machine, "/w/a/mailbox/outbox");
    expect(outbox.filter((file) => /^reply-j1-/.test(file))).toHaveLength(2);
  }
});

test("H15 pause, resume, pause, resume: each is another message, and takes effect once", async () => {
  const pause = (at: number, time: number): Disturbance => ({
    at,
    kind: "control",
    job: "j1",
    control: "pause",
    for: time,
  });
  const network = { ...QUIET, repeated: 0.4, unanswered: 0.3, delay: 200 };
  for (const at of [150, 350, 700, 1100]) {
    const texts = await textsOf({
      network,
      jobs: [STEERED],
      slowness: 3000,
      disturbances: [pause(at, 1500), pause(at + 3000, 4000)],
    });
    expect(texts.filter((text) => text === "j1 ends done" || text === "j1 ends failed")).toHaveLength(1);
  }
});

test("H23 a person ends a task by hand, while its host is down too: its sender has the reply", async () => {
  let ended = 0;
  for (const [at, choice] of [
    [1000, 0.3],
    [2500, 0.6],
    [4500, 0.99],
  ] as const) {
    const away: Disturbance = { at: at - 100, kind: "absent", host: 1, for: 20_000 };
    const texts = await textsOf({
      jobs: [STEERED],
      slowness: 4000,
      shape: { ...scenario().shape, seed: 97, depth: 3 },
      disturbances: [away, edit(at, "end", "rename", 500, choice)],
    });
    ended += texts.filter((text) => /saves edit-1-j1\.\S+ \(end/.test(text)).length;
    expect(texts.some((text) => text.startsWith("j1 ends"))).toBe(true);
  }
  expect(ended).toBeGreaterThan(0);
});

test("H27 an outcome for a question that is answered already is late, whatever the task is at", async () => {
  const world = new Simulation(scenario({ jobs: [STEERED], slowness: 2000 }));
  let question: string | undefined;
  const say = (at: number) =>
    world.time.after(at, () => {
      const task = Buffer.from(bytesOf(world.machine, "/w/a/.clawflow/base/j1.md") ?? []).toString();
      question ??= /question: (q-[0-9a-f]+)/.exec(task)?.[1];
      if (question === undefined || !/^status: (executing|aggregating)$/m.test(task)) return;
      const message = world.human.outcomeOf("a", "j1", question, `o-${at}`);
      const delivery = { name: messageFileName(message), bytes: Buffer.from(formatMessage(message)) };
      world.strangers.add(delivery.name);
      void deliverInto(world.newLife().disk, "/w/a", delivery, { sync: true }).then(() => world.hint("a"));
    });
  for (const at of upTo(30_000, 400)) say(at);
  const { faults, history } = await world.run();
  expect(faults).toEqual([]);
  const late = history.filter(({ text }) => text.includes("late: the question is no longer open"));
  expect(late.length).toBeGreaterThan(2);
  expect(history.filter(({ text }) => text.startsWith("j1 ends")).map(({ text }) => text)).toEqual([
    "j1 ends done",
  ]);
});

test("H28 an attempt spends all and never reports: the next is granted what is left, no more", async () => {
  const jobs = [{ ...JOB, budget: { tasks: 12, tokens: 300 } }];
  for (const seed of [91, 92, 93, 94, 95]) {
    const shape = { ...scenario().shape, seed, failing: true };
    const away: Disturbance = { at: 3000, kind: "absent", host: 1, for: HOUR / 2 };
    await holds({ tight: true, jobs, shape, slowness: MINUTE, disturbances: [away] });
  }
});

test("H29 an editor is open for long while results come: the saved text undoes nothing", async () => {
  for (const what of ["notes", "own key", "several"] as const)
    await holdsAt([200, 600], (at) => [edit(at, what, "rename", 5000)], { slowness: 1500 });
  const texts = await textsOf({
    jobs: [STEERED],
    slowness: 1500,
    disturbances: [edit(600, "add", "rename", 2500)],
  });
  expect(texts.filter((text) => text.includes("(add, rename)"))).toHaveLength(1);
  expect(texts).toContain("takes an edit of j1");
});

test("H30 H31 an editor truncates in place and writes in parts while the runtime writes: nothing of either is lost", async () => {
  for (const style of ["truncate", "in place"] as const)
    await holdsAt(upTo(2600, 350), (at) => [edit(at, "notes", style)], { slowness: 300 });
});

test("H32 results and edits hold what could be taken for structure: each comes back as it was", async () => {
  for (const seed of upTo(8, 1))
    await holds({
      shape: { ...scenario().shape, seed },
      slowness: 600,
      disturbances: [edit(900, "several", "rename"), edit(2200, "notes", "in place"), kill(2600, 0, 1)],
    });
});

test("H33 files are dropped while they are written, under names of all kinds: each is taken whole, once", async () => {
  for (const name of ["Task 1.md", "4913.md", "x.swp.md", "Übersicht.md", "task-like-1-x.md"])
    for (const how of ["grow", "drop"] as const)
      await holds({ ...ONE_HOST, jobs: [{ ...JOB, how, name }], disturbances: [kill(700, 0, 3)] });
});
