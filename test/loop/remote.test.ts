import { expect, test } from "vitest";
import { considering } from "./scenes.ts";

const MINUTE = 60_000;

test("an attempt at a peer of another host has the time of its delivery beside its own, until it is accepted", () => {
  const station = considering({
    peers: [{ id: "far", remote: true }, "near"],
    limits: { timeout: "30m", delivery: "15m" },
  });
  station.answer({
    subtasks: {
      a: { agent: "far", description: "", depends_on: [] },
      b: { agent: "near", description: "", depends_on: [] },
    },
  });
  expect(station.subtask("a").due).toBe(station.now.running + 45 * MINUTE);
  expect(station.subtask("b").due).toBe(station.now.running + 30 * MINUTE);
  // The peer counts its own time from when it has the work.
  expect(station.taskOf("a").deadline_in).toBe(30 * MINUTE);
});
