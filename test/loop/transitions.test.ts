import { describe, expect, it } from "vitest";
import { SUBTASK_TRANSITIONS, TASK_TRANSITIONS } from "./transitions.ts";

describe("a task goes", () => {
  it.each(Object.entries(TASK_TRANSITIONS))("%s", (transition, go) => {
    expect(go().taskTransitions).toContain(transition);
  });
});

describe("a subtask goes", () => {
  it.each(Object.entries(SUBTASK_TRANSITIONS))("%s", (transition, go) => {
    expect(go().subtaskTransitions).toContain(transition);
  });
});
