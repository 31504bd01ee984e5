import { describe, expect, it } from "vitest";
import { findLaterAttempt, identifyWork, type Known, type Records } from "../../src/loop/identify.ts";
import { plan, taskFrom } from "./letters.ts";
import { considering, executing, fromBoss } from "./scenes.ts";
import { Station } from "./station.ts";

const work = { from: "boss", task_id: "root", subtask_id: "part", attempt: 1 };

function records(known: Record<string, Known>, removed?: string): Records {
  return { task: (id) => known[id], removed: () => removed };
}

describe("identifyWork", () => {
  it("knows work by its key and the hash of its body", () => {
    const known = { "root.part": { key: work, body_hash: "h" } };
    expect(identifyWork(work, "h", records(known))).toEqual({ is: "known", localId: "root.part" });
    expect(identifyWork(work, "other", records(known)).is).toBe("reused");
    expect(identifyWork({ ...work, attempt: 2 }, "h", records(known))).toEqual({
      is: "new",
      localId: "root.part_2",
    });
  });

  it("looks at both names before work counts as new", () => {
    const hashed = identifyWork(
      work,
      "h",
      records({ "root.part": { key: { ...work, from: "x" }, body_hash: "h" } }),
    );
    expect(hashed).toEqual({ is: "new", localId: expect.stringMatching(/^root\.part-[0-9a-f]{6}$/) });
    const left = records({ [hashed.localId]: { key: work, body_hash: "h" } });
    expect(identifyWork(work, "h", left)).toEqual({ is: "known", localId: hashed.localId });
  });

  it("keeps keys apart that read alike", () => {
    const keys = [
      { from: "boss", task_id: "a.b_2", attempt: 1 },
      { from: "boss", task_id: "a.b", attempt: 2 },
      { from: "boss", task_id: "a", subtask_id: "b", attempt: 2 },
    ];
    const known: Record<string, Known> = {};
    for (const key of keys) {
      const { is, localId } = identifyWork(key, "h", records(known));
      expect(is).toBe("new");
      known[localId] = { key, body_hash: "h" };
    }
    for (const key of keys) expect(identifyWork(key, "h", records(known)).is).toBe("known");
  });

  it("H13: work that was removed after its time is not begun again", () => {
    expect(identifyWork(work, "h", records({}, "h")).is).toBe("removed");
    expect(identifyWork(work, "h", records({}, "")).is).toBe("removed");
    expect(identifyWork(work, "h", records({}, "other")).is).toBe("reused");
  });
});

describe("findLaterAttempt", () => {
  const known = (attempt: number) => (id: string) =>
    id === `root.part_${attempt}` ? { key: { ...work, attempt }, body_hash: "h" } : undefined;

  it("finds the next three, and none before or behind", () => {
    const found = [1, 2, 3, 4, 5, 6].map((attempt) =>
      findLaterAttempt({ ...work, attempt: 2 }, known(attempt)),
    );
    expect(found).toEqual([undefined, undefined, 3, 4, 5, undefined]);
  });

  it("ends where there is no later number", () => {
    let looks = 0;
    const lookup = () => {
      if (++looks > 1_000) throw new Error("it looks for ever");
      return undefined;
    };
    for (const attempt of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1]) {
      expect(findLaterAttempt({ ...work, attempt }, lookup)).toBeUndefined();
    }
  });
});

describe("names", () => {
  it("H9: two subtasks of one task for one agent are two tasks", () => {
    const boss = executing(plan({ a: "reader", b: "reader" }));
    const reader = new Station({ id: "reader", peers: [] });
    reader.deliver(boss.taskOf("a"), boss.taskOf("b"));
    expect([...reader.tasks.keys()]).toEqual(["root.part.a", "root.part.b"]);
  });

  it("H9: the same names from two senders are two tasks, each answered to its own", () => {
    const station = considering();
    station.deliver(fromBoss({ from: "boss@other-gateway" }));
    station.answer({ results: "One" });
    station.answer({ results: "Two" });
    expect(station.replies.map(({ to, body }) => [to, body.results])).toEqual([
      ["boss", "One"],
      ["boss@other-gateway", "Two"],
    ]);
  });

  it("H12: a person's task of the same name with another text is another task, with a reply of its own", () => {
    const station = new Station();
    const first = taskFrom("human", { instructions: "One" });
    const mended = taskFrom("human", { instructions: "Two" });
    station.deliver(first, mended, first, mended);
    expect([...station.tasks.keys()]).toEqual(["job", "job_2"]);
    station.answer({ results: "One" });
    station.answer({ results: "Two" });
    expect(new Set(station.replies.map(({ id }) => id)).size).toBe(2);
    expect(station.replies.map(({ task_id }) => task_id)).toEqual(["job", "job"]);
  });

  it("an agent's TASK of the same key with another text is refused", () => {
    const station = considering();
    const other = fromBoss({ instructions: "Something else" });
    station.deliver(other);
    expect(station.disposalOf(other)).toMatchObject([{ to: "dead", code: "E_ID_REUSED" }]);
    expect(station.tasks.size).toBe(1);
  });
});

describe("ids", () => {
  it("are the same however often the same steps run, and differ from message to message", () => {
    const run = () => {
      const station = executing(plan({ a: "reader", b: "reader", own: "self" }), {}, { id: "m-task" });
      const asked = station.asks[0]?.question.question;
      station.answer({ error: "E_BRAIN: no" });
      return [...station.sent.map(({ id }) => id), ...station.records.map(({ id }) => id), asked];
    };
    const ids = run();
    expect(run()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
