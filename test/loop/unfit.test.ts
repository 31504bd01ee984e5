import { describe, expect, it } from "vitest";
import { usedAmounts } from "../../src/loop/budget.ts";
import type { CalledSubtask } from "../../src/loop/types.ts";
import { scriptHash } from "../../src/protocol/script-hash.ts";
import { save } from "./editing.ts";
import { control, replyTo, taskFrom } from "./letters.ts";
import { Station } from "./station.ts";

const PROGRAM = "three rounds of one call, one that follows, one beside";
const WHY = "E_BRAIN_OUTPUT: no number";

/** Rounds of the call `ask`, one after the other, each done; then what follows from it, and what is beside it. */
function begun(): Station {
  const station = new Station();
  const script = { now: 0, seed: "s" };
  const approved = { ...script, approved: scriptHash(PROGRAM, script, undefined) };
  station.deliver(taskFrom("human", { instructions: PROGRAM, script: approved }));
  ask(station, "beside", "parallel#0[1]/agent#0");
  for (const round of [1, 2, 3]) {
    ask(station, `ask-${round}`, "parallel#0[0]/agent#0", round);
    answer(station, `ask-${round}`, `answer ${round}`);
  }
  unfit(station, "ask-3");
  ask(station, "after", "parallel#0[0]/agent#1");
  answer(station, "after", "after");
  answer(station, "beside", "beside");
  return station;
}

function question(station: Station): string {
  return station.task().asking?.question ?? "none";
}

function ask(station: Station, id: string, path: string, round = 1, hash = `${id}`): void {
  const call = { path, options: "o", hash, ...(round === 1 ? {} : { round }) };
  const calls: Record<string, CalledSubtask> = {
    [id]: { agent: "reader", description: id, depends_on: [], call },
  };
  station.step("job", { type: "calls", question: question(station), calls });
}

function answer(station: Station, id: string, results: string): void {
  station.deliver(replyTo(station.taskOf(id), { results }));
}

function unfit(station: Station, subtask: string): void {
  station.step("job", { type: "unfit", question: question(station), subtask, why: WHY });
}

function end(station: Station, outcome: { results: string } | { error: string }): void {
  const answer = { outcome, call: { duration: 0 } };
  station.step("job", { type: "answer", question: question(station), answer, attachments: [] });
}

describe("a call none of whose answers fits", () => {
  it.each([{ error: "E_SCRIPT: no" }, { results: "without it" }])(
    "is made anew from its first round, with what follows from it, when the script ended with %j and is retried",
    (outcome) => {
      const station = begun();
      end(station, outcome);
      station.deliver(control("retry"));
      expect(station.task().status).toBe("executing");
      expect(station.statuses).toEqual({ beside: "done" });
      ask(station, "ask-1", "parallel#0[0]/agent#0");
      expect(station.subtask("ask-1")).toMatchObject({ status: "dispatched", attempt: 2 });
      expect(station.subtask("ask-1").call).not.toHaveProperty("unfit");
    },
  );

  it("is still so for a script that was cancelled", () => {
    const station = begun();
    station.deliver(control("cancel"));
    station.deliver(control("retry"));
    expect(station.statuses).toEqual({ beside: "done" });
  });

  it("is made anew from its first round when a person names any of its last", () => {
    const station = begun();
    end(station, { results: "without it" });
    station.deliver(control("retry", { subtask_id: "ask-3" }));
    expect(station.statuses).toEqual({ beside: "done" });
  });

  it("keeps the rounds before one that is made anew, and loses those after it", () => {
    const station = begun();
    station.deliver(control("retry", { subtask_id: "ask-2" }));
    expect(station.statuses).toEqual({ beside: "done", "ask-1": "done" });
  });

  it("is asked another thing: the rounds that were made of its first answer are gone", () => {
    const station = begun();
    const used = usedAmounts(station.task(), station.task().subtasks);
    ask(station, "ask-1", "parallel#0[0]/agent#0", 1, "another");
    expect(station.statuses).toMatchObject({ "ask-1": "dispatched" });
    // What the first one used is counted once, and nothing of its answer is left.
    expect(station.subtask("ask-1")).not.toHaveProperty("results");
    expect(station.subtask("ask-1")).not.toHaveProperty("used");
    expect(usedAmounts(station.task(), station.task().subtasks)).toEqual(used);
    expect(Object.keys(station.statuses)).not.toContain("ask-3");
  });

  it("is no longer, once a person gave an answer to any of its rounds, until the script finds so again", () => {
    const station = begun();
    save(station, { subtasks: { "ask-1": { results: "7" } } });
    expect(station.subtask("ask-3")).toMatchObject({ status: "done" });
    expect(station.subtask("ask-3").call).not.toHaveProperty("unfit");
    end(station, { error: "E_SCRIPT: no" });
    station.deliver(control("retry"));
    expect(Object.keys(station.statuses).sort()).toEqual(["after", "ask-1", "ask-2", "ask-3", "beside"]);
    unfit(station, "ask-3");
    expect(station.subtask("ask-3").call?.unfit).toBe(WHY);
  });

  it("is no longer, where one of its rounds is to be done again", () => {
    const station = begun();
    save(station, { subtasks: { "ask-2": { status: "pending" } } });
    expect(station.subtask("ask-2")).toMatchObject({ status: "dispatched", attempt: 2 });
    expect(station.subtask("ask-3").call).not.toHaveProperty("unfit");
  });
});

it("a script that is done is not retried where every call of it is of use", () => {
  const station = new Station();
  const script = { now: 0, seed: "s" };
  const approved = { ...script, approved: scriptHash(PROGRAM, script, undefined) };
  station.deliver(taskFrom("human", { instructions: PROGRAM, script: approved }));
  ask(station, "one", "agent#0");
  answer(station, "one", "1");
  end(station, { results: "1" });
  const retry = control("retry");
  station.deliver(retry);
  expect(station.disposalOf(retry)).toMatchObject([{ to: "dead", code: "E_STATE" }]);
});
