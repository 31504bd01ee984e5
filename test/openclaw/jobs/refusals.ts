import { expect, test } from "vitest";
import { until } from "../../host/until.ts";
import { LONG } from "../rig/job.ts";
import { callsTool, neverAnswers, plans, says } from "../rig/model-answer.ts";
import { sentBy, taskOf } from "../rig/team-files.ts";
import type { JobsRig } from "./jobs-rig.ts";

/** Plans that cannot be taken, and pieces that are not done. */
export function refusals(rig: JobsRig): void {
  test.concurrent("a plan with an agent that may not be used goes back once, to the same session, with what is wrong", async () => {
    const job = rig.job("mended");
    const withAgent = (agent: string) => plans({ base: job.piece("base", agent) });
    job.asks("lead", "all", withAgent("stranger"), withAgent("reader"));
    job.asks("reader", "base", says("It lies."));
    job.puts("lead", "all", says("It stands."));
    const task = await job.done();
    expect([task.status, task.text.output.trim()]).toEqual(["done", "It stands."]);
    expect(job.calls()).toEqual({ lead: 3, reader: 1 });
    const [first, second] = job.requests("all");
    expect(first?.prompt).not.toContain("stranger");
    expect(second?.prompt).toMatch(/Why you are asked again[\s\S]*E_UNKNOWN_AGENT[\s\S]*stranger/);
    // What was said before stands above it.
    expect(second?.messages[0]?.text).toBe(first?.prompt);
  });

  test.concurrent("and fails the task with that when it comes again; nobody has heard of it", async () => {
    const job = rig.job("forbidden");
    job.asks("lead", "all", plans({ base: job.piece("base", "stranger") }));
    const task = await job.done();
    expect([task.status, task.error]).toEqual([
      "failed",
      expect.stringMatching(/^E_UNKNOWN_AGENT: .*stranger/),
    ]);
    expect(job.calls()).toEqual({ lead: 2 });
    expect(taskOf(rig.gateway, "stranger", `${job.id}.base`)).toBeUndefined();
    const { error } = await rig.clawflow("show", job.id);
    expect(error).toBe(task.error);
  });

  test.concurrent("a piece that fails ends the others and the job, which says why", async () => {
    const job = rig.job("mill");
    job.asks(
      "lead",
      "all",
      plans({
        flour: job.piece("flour", "moody"),
        jam: job.piece("jam", "writer"),
        bread: job.piece("bread", "reader", ["flour"]),
      }),
    );
    job.asks("writer", "jam", neverAnswers());
    job.asks("moody", "flour", async () => {
      await job.asked("jam");
      return callsTool("clawflow_fail", { error: "the mill is closed" });
    });
    await job.begin();
    const jam = await job.asked("jam");
    const task = await job.done();
    const why = "E_SUBTASK: flour (moody) failed: the mill is closed";
    expect([task.status, task.error]).toEqual(["failed", why]);
    expect([...task.subtasks.values()].map(({ status }) => status)).toEqual([
      "failed",
      "cancelled",
      "cancelled",
    ]);
    expect(job.calls()).toEqual({ lead: 1, moody: 1, writer: 1 });
    const reply = sentBy(rig.gateway, "lead").find(({ task_id, to }) => task_id === job.id && to === "human");
    expect(reply).toMatchObject({ status: "failed", body: { error: why } });
    const { children } = await rig.clawflow("tree", job.id);
    expect(children[0]).toMatchObject({ agent: "moody", status: "failed", error: "the mill is closed" });
    // OpenClaw has ended the turn that nobody waits for.
    await until(() => !rig.model.isOpen(jam), "the end of the turn for jam", LONG);
  });

  test.concurrent("where the others go on, the answer is made of what there is and of why the rest is not", async () => {
    const job = rig.job("bakery");
    job.asks(
      "lead",
      "all",
      plans(
        {
          flour: job.piece("flour", "moody"),
          jam: job.piece("jam", "reader"),
          bread: job.piece("bread", "reader", ["flour"]),
        },
        { policy: { on_failure: "continue" } },
      ),
    );
    job.asks(
      "moody",
      "flour",
      callsTool("clawflow_fail", { error: "the mill is closed", partial: "a handful" }),
    );
    job.asks("reader", "jam", says("a jar of jam"));
    job.puts("lead", "all", says("Only jam: the mill is closed."));
    const task = await job.done();
    expect([task.status, task.text.output.trim()]).toEqual(["done", "Only jam: the mill is closed."]);
    expect([...task.subtasks.values()].map(({ status }) => status)).toEqual(["failed", "done", "skipped"]);
    const { prompt = "" } = job.requests("all").at(-1) ?? {};
    for (const text of ["the mill is closed", "a handful", "a jar of jam", "flour was not done"])
      expect(prompt).toContain(text);
    expect(job.calls()).toEqual({ lead: 2, moody: 1, reader: 1 });
  });

  test.concurrent("where another attempt is allowed, it is made", async () => {
    const job = rig.job("again");
    job.asks("lead", "all", plans({ flour: job.piece("flour", "moody", [], { max_attempts: 2 }) }));
    job.asks("moody", "flour", callsTool("clawflow_fail", { error: "the mill is closed" }), says("flour"));
    job.puts("lead", "all", says("There is flour."));
    const task = await job.done();
    expect([task.status, task.subtasks.get("flour")]).toEqual([
      "done",
      expect.objectContaining({ attempt: 2, status: "done" }),
    ]);
    expect(job.calls()).toEqual({ lead: 2, moody: 2 });
  });
}
