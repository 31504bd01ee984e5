import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { dependantsOf } from "../../src/dag/graph.ts";
import { blockedSubtasks, isReady } from "../../src/dag/ready.ts";
import type { SubtaskStatus } from "../../src/protocol/task.ts";
import { randomDag } from "./random-dag.ts";

type State = [SubtaskStatus, ...string[]];
const subtasks = (states: Record<string, State>) =>
  new Map(
    Object.entries(states).map(([id, [status, ...depends_on]]) => [
      id,
      { status: status as SubtaskStatus, depends_on: depends_on as string[] },
    ]),
  );

const readySubtasks = (map: ReturnType<typeof subtasks>) =>
  [...map].filter(([, subtask]) => isReady(map, subtask)).map(([id]) => id);

describe("readiness", () => {
  it("gives the pending ones whose every dependency is done, in the order of the file", () => {
    const map = subtasks({
      z: ["pending", "a"],
      a: ["done"],
      b: ["pending"],
      c: ["pending", "a", "b"],
      d: ["dispatched"],
      e: ["pending", "removed"],
    });
    expect(readySubtasks(map)).toEqual(["z", "b"]);
  });

  it.each(["dispatched", "failed", "cancelled", "skipped"] as const)(
    "a %s dependency is not done",
    (status) => {
      expect(readySubtasks(subtasks({ a: [status], b: ["pending", "a"] }))).toEqual([]);
    },
  );

  property.prop([randomDag(), fc.infiniteStream(fc.nat())])(
    "taking what is ready runs every node exactly once, never before what it depends on",
    (dag, choices) => {
      const map = new Map(
        [...dag].map(([id, { depends_on }]) => [id, { status: "pending" as SubtaskStatus, depends_on }]),
      );
      const ran: string[] = [];
      for (let ready = readySubtasks(map); ready.length > 0; ready = readySubtasks(map)) {
        const id = ready[choices.next().value % ready.length] as string;
        const subtask = map.get(id);
        for (const dependency of subtask?.depends_on ?? []) expect(ran).toContain(dependency);
        ran.push(id);
        map.set(id, { status: "done", depends_on: subtask?.depends_on ?? [] });
      }
      expect([...ran].sort()).toEqual([...dag.keys()].sort());
    },
  );
});

describe("blockedSubtasks", () => {
  it.each(["failed", "cancelled", "skipped"] as const)(
    "what waits for a %s one, also through others",
    (status) => {
      const map = subtasks({
        far: ["pending", "near"],
        lost: [status],
        near: ["pending", "lost", "good"],
        good: ["done"],
        free: ["pending", "good"],
      });
      expect(blockedSubtasks(map)).toEqual(["far", "near"]);
    },
  );

  it("what waits for one that is not there would wait for ever", () => {
    expect(blockedSubtasks(subtasks({ a: ["pending", "removed"] }))).toEqual(["a"]);
  });

  it("nothing goes through one that runs or ended", () => {
    const map = subtasks({
      lost: ["failed"],
      runs: ["dispatched", "lost"],
      ended: ["done", "lost"],
      a: ["pending", "runs"],
      b: ["pending", "ended"],
    });
    expect(blockedSubtasks(map)).toEqual([]);
  });

  property.prop([randomDag(), fc.nat()])(
    "after a failure the rest is ready in the end, or blocked",
    (dag, choice) => {
      const map = new Map(
        [...dag].map(([id, { depends_on }]) => [id, { status: "pending" as SubtaskStatus, depends_on }]),
      );
      const failed = [...dag.keys()][choice % dag.size] as string;
      const expected = dependantsOf(dag, failed);
      const set = (id: string, status: SubtaskStatus) =>
        map.set(id, { status, depends_on: map.get(id)?.depends_on ?? [] });
      for (let ready = readySubtasks(map); ready.length > 0; ready = readySubtasks(map)) {
        for (const id of ready) set(id, id === failed ? "failed" : "done");
      }
      expect(blockedSubtasks(map)).toEqual(expected);
      const pending = [...map].filter(([, { status }]) => status === "pending").map(([id]) => id);
      expect(pending).toEqual(expected);
    },
  );
});
