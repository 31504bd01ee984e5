import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReplyMessage } from "../../src/protocol/message.ts";
import { duplicate } from "./duplicate.ts";
import { deadLetters, filesBelow, messagesIn, textNow } from "./files.ts";
import { Rig, type RigForm } from "./rig.ts";
import { until } from "./until.ts";

const MEMBERS = {
  alpha: { peers: ["bravo", "delta", "echo"], concurrency: 2 },
  bravo: { peers: ["quentin"], concurrency: 2 },
  delta: { concurrency: 3 },
  echo: { concurrency: 3 },
  quentin: {},
};

describe.each<RigForm>(["one host", "a process each"])("%s", (form) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await new Rig(form, MEMBERS).start();
  });
  afterAll(async () => {
    await rig.stop();
    expect(rig.faults()).toEqual([]);
    await rig.remove();
  });

  test("a chain of two levels", async () => {
    const id = await rig.give("alpha", {
      split: {
        first: { agent: "delta", do: { say: "r:one" } },
        second: { agent: "echo", do: { say: "r:two" }, after: ["first"] },
        third: { agent: "delta", do: { say: "r:three" }, after: ["second"] },
      },
    });
    const { status, body } = await rig.answer("alpha", id);
    expect([status, body.results]).toEqual([
      "done",
      "[first=r:one; second=r:two(r:one); third=r:three(r:one r:two)]",
    ]);
    await rig.clean();
  });

  test("a fan-out overlaps in time", async () => {
    const meet = [join(rig.folder, "meeting"), 3];
    const piece = (agent: string) => ({ agent, do: { say: "r:x", meet } });
    const id = await rig.give("alpha", { split: { a: piece("delta"), b: piece("echo"), c: piece("delta") } });
    expect((await rig.answer("alpha", id)).body.results).toBe("[a=r:x; b=r:x; c=r:x]");
    await rig.clean();
  });

  test("A gives to B, which gives to C, of which A knows nothing", async () => {
    const forQuentin = { split: { deeper: { do: { say: "r:deep" } } } };
    const id = await rig.give("alpha", { split: { part: { agent: "bravo", do: forQuentin } } });
    expect((await rig.answer("alpha", id)).body.results).toBe("[part=[deeper=r:deep]]");
    expect((await rig.final("quentin", `${id}.part.deeper`)).status).toBe("done");
    expect((await rig.final("quentin", `${id}.part.deeper`)).trace.path).toEqual([
      "alpha",
      "bravo",
      "quentin",
    ]);
    await rig.clean();
    const workspace = rig.workspace("alpha");
    const named = filesBelow(workspace).filter(
      // The host still tidies up: a file may be gone since it was listed.
      (path) => path.includes("quentin") || textNow(join(workspace, path))?.includes("quentin"),
    );
    expect(named).toEqual([]);
  });

  test("two subtasks of one task for the same agent", async () => {
    const id = await rig.give("alpha", {
      split: { left: { agent: "delta", do: { say: "r:l" } }, right: { agent: "delta", do: { say: "r:r" } } },
    });
    expect((await rig.answer("alpha", id)).body.results).toBe("[left=r:l; right=r:r]");
    for (const side of ["left", "right"])
      expect((await rig.final("delta", `${id}.${side}`)).status).toBe("done");
    await rig.clean();
  });

  test("every message comes again and again, at every stage", async () => {
    const slow = (name: string) => ({ say: `r:${name}`, ms: 150 });
    const resumed = join(rig.folder, "resumed");
    const work = {
      split: {
        one: { agent: "delta", do: { ...slow("one"), until: resumed } },
        two: { agent: "bravo", do: { split: { deep: { do: slow("deep") } } }, after: ["one"] },
        bad: { agent: "echo", do: { fail: "no", ms: 100 }, after: ["one"] },
        last: { agent: "delta", do: slow("last"), after: ["two"] },
      },
      policy: { on_failure: "continue" },
    };
    const duplicates = duplicate(rig);
    const id = await duplicates.give("alpha", work);
    await until(() => rig.task("alpha", id)?.status === "executing");
    await duplicates.control("alpha", id, "pause", "c-1");
    await until(() => rig.task("alpha", id)?.paused === true);
    await duplicates.control("alpha", id, "resume", "c-2");
    writeFileSync(resumed, "");
    const reply = await rig.answer("alpha", id);
    expect(reply.body.results).toBe("[bad failed; last=r:last(r:deep); one=r:one; two=[deep=r:deep]]");
    await duplicates.stop();
    await until(() => rig.agents.every((agent) => messagesIn(rig.workspace(agent), "inbox").size === 0));
    await rig.clean();
    const again = rig.agents.flatMap((agent) => [...messagesIn(rig.workspace(agent), "archive").keys()]);
    for (const kind of ["task-", "reply-", "control-"])
      expect(again.some((path) => path.includes(`/${kind}`) && path.includes(".again-"))).toBe(true);
    // One reply of each attempt, one to the person.
    const sent = [...messagesIn(rig.workspace("alpha"), "outbox").values()];
    expect(sent.filter(({ type, task_id }) => type === "reply" && task_id === id)).toHaveLength(1);
    expect((await rig.final("alpha", id)).paused).toBeUndefined();
  });

  test("an orphan reply and a foreign one change nothing", async () => {
    const heard = join(rig.folder, "heard");
    const id = await rig.give("alpha", {
      split: { only: { agent: "delta", do: { say: "r:true", until: heard } } },
    });
    await until(() => rig.task("alpha", id)?.subtasks.get("only")?.status === "dispatched");
    await rig.post(falseReply("nobody-knows", "delta", "orphan"));
    await rig.post(falseReply(id, "echo", "foreign"));
    await until(() => {
      const archived = [...messagesIn(rig.workspace("alpha"), "archive").values()].map(
        (message) => message.id,
      );
      return ["orphan", "foreign"].every((one) => archived.includes(one));
    }, "both in the archive");
    writeFileSync(heard, "");
    expect((await rig.answer("alpha", id)).body.results).toBe("[only=r:true]");
    await rig.clean();
    expect(deadLetters(rig.workspace("alpha"))).toEqual({});
  });

  describe("a child that fails", () => {
    test("fail-fast: the siblings are cancelled, the reply says what was done", async () => {
      const id = await rig.give("alpha", {
        split: {
          good: { agent: "delta", do: { say: "r:good" } },
          bad: { agent: "echo", do: { fail: "it broke" }, after: ["good"] },
          slow: { agent: "delta", do: { hang: true } },
        },
      });
      const { status, body } = await rig.answer("alpha", id);
      expect(status).toBe("failed");
      expect(body.error).toMatch(/^E_SUBTASK: bad \(echo\) failed: .*it broke/);
      expect(body.partial).toContain("r:good");
      expect((await rig.final("alpha", id)).subtasks.get("slow")?.status).toBe("cancelled");
      expect((await rig.final("delta", `${id}.slow`)).status).toBe("cancelled");
      await rig.clean();
    });

    test("continue: what depends on it is skipped, the rest is put together", async () => {
      const id = await rig.give("alpha", {
        split: {
          good: { agent: "delta", do: { say: "r:good" } },
          bad: { agent: "echo", do: { fail: "it broke" } },
          never: { agent: "delta", do: { say: "r:never" }, after: ["bad"] },
        },
        policy: { on_failure: "continue" },
      });
      const { status, body } = await rig.answer("alpha", id);
      expect([status, body.results]).toEqual(["done", "[bad failed; good=r:good; never skipped]"]);
      expect(rig.task("delta", `${id}.never`)).toBeUndefined();
      await rig.clean();
    });

    test("attempts: it is given once more after a pause", async () => {
      const id = await rig.give("alpha", {
        split: { bad: { agent: "echo", do: { fail: "it broke" }, max_attempts: 2 } },
      });
      const { status, body } = await rig.answer("alpha", id);
      expect([status, body.error.includes("it broke")]).toEqual(["failed", true]);
      expect((await rig.final("echo", `${id}.bad`)).status).toBe("failed");
      expect((await rig.final("echo", `${id}.bad_2`)).status).toBe("failed");
      await rig.clean();
    });
  });
});

function falseReply(taskId: string, from: string, id: string): ReplyMessage {
  const at = new Date().toISOString();
  return {
    clawflow: 2,
    version: 2,
    type: "reply",
    id,
    task_id: taskId,
    subtask_id: "only",
    attempt: 1,
    from,
    to: "alpha",
    sent_at: at,
    completed_at: at,
    status: "done",
    body: { results: "r:false", error: "", partial: "" },
  };
}
