import { expect, test } from "vitest";
import { until } from "../../host/until.ts";
import { LONG } from "../rig/job.ts";
import {
  callsTool,
  callsTools,
  drops,
  errs,
  garbles,
  type ModelAnswer,
  neverAnswers,
  plans,
  rateLimits,
  says,
} from "../rig/model-answer.ts";
import { taskOf } from "../rig/team-files.ts";
import type { JobsRig } from "./jobs-rig.ts";

const done = (results: unknown) => callsTool("clawflow_done", { results });
/** OpenClaw tries again by itself, unless it is to wait for longer than it has patience for. */
const unavailable: ModelAnswer = { status: 503, message: "scripted error 503", retryAfter: 120 };

interface Case {
  what: string;
  answers: readonly ModelAnswer[];
  calls: number;
  /** What the task comes to. */
  output?: string;
  error?: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  wordy: {
    what: "a text that looks like a call is a text",
    answers: [says('{"tool": "clawflow_plan", "subtasks": {')],
    calls: 1,
    output: '{"tool": "clawflow_plan", "subtasks": {',
  },
  crooked: {
    what: "a call of another form is told so in its turn, and mended there",
    answers: [callsTool("clawflow_done", { nothing: 1 }), done("straight")],
    calls: 2,
    output: "straight",
  },
  nameless: {
    what: "so is a call of a tool that there is not",
    answers: [callsTool("clawflow_dance", {}), says("no dance")],
    calls: 2,
    output: "no dance",
  },
  broken: {
    what: "arguments that are no JSON are asked for once more by OpenClaw",
    answers: [callsTool("clawflow_done", '{"results": "forty'), says("whole")],
    calls: 2,
    output: "whole",
  },
  wordless: {
    what: "nothing but silence is an error",
    answers: [says("")],
    calls: 2,
    error: /^E_BRAIN: .*couldn't generate a response/,
  },
  noise: {
    what: "bytes that are no answer are asked for once more by OpenClaw",
    answers: [garbles(), says("music")],
    calls: 2,
    output: "music",
  },
  dropped: {
    what: "so is a connection that breaks",
    answers: [drops(), says("picked up")],
    calls: 2,
    output: "picked up",
  },
  hiccup: {
    what: "so is an HTTP 500",
    answers: [errs(500), says("better")],
    calls: 2,
    output: "better",
  },
  limited: {
    what: "so is a rate limit, after the time that it says",
    answers: [rateLimits(1), rateLimits(1), says("in time")],
    calls: 3,
    output: "in time",
  },
  away: {
    what: "what OpenClaw gives up for now is asked again by a turn of its own",
    answers: [unavailable, says("back")],
    calls: 2,
    output: "back",
  },
  gone: {
    what: "but not more often than `limits.retries` says",
    answers: [unavailable],
    calls: 3,
    error: /^E_BRAIN: .*HTTP 503/,
  },
  rejected: {
    what: "an error that does not pass fails the task at once",
    answers: [errs(400), says("never said")],
    calls: 1,
    error: /^E_BRAIN: .*rejected/,
  },
  eager: {
    what: "of two calls in one turn the first counts: a result twice",
    answers: [
      callsTools(...["one", "two"].map((results) => ({ name: "clawflow_done", arguments: { results } }))),
    ],
    calls: 1,
    output: "one",
  },
  torn: {
    what: "of two calls in one turn the first counts: a failure before a result",
    answers: [
      callsTools(
        { name: "clawflow_fail", arguments: { error: "no" } },
        { name: "clawflow_done", arguments: { results: "yes" } },
      ),
    ],
    calls: 1,
    error: /^no$/,
  },
};

/** What models do that is not what they were asked. */
export function models(rig: JobsRig): void {
  for (const [name, { what, answers, calls, output, error }] of Object.entries(CASES)) {
    test.concurrent(what, async () => {
      const job = rig.job(name, "moody");
      job.asks("moody", "all", ...answers);
      if (name === "wordless")
        rig.model.rule({
          agent: "moody",
          prompt: (request) => job.requests().includes(request),
          answer: says(""),
        });
      const task = await job.done();
      expect(job.calls()).toEqual({ moody: calls });
      if (error === undefined) expect([task.status, task.text.output.trim()]).toEqual(["done", output]);
      else expect([task.status, task.error]).toEqual(["failed", expect.stringMatching(error)]);
      const shown = await rig.clawflow("show", job.id);
      expect([shown.status, shown.error]).toEqual([task.status, task.error]);
    });
  }

  test.concurrent("a plan and a result in one turn: the plan counts, and no other agent hears of the result", async () => {
    const job = rig.job("both");
    job.asks(
      "lead",
      "all",
      callsTools(
        { name: "clawflow_plan", arguments: { subtasks: { base: job.piece("base", "reader") } } },
        { name: "clawflow_done", arguments: { results: "all by myself" } },
      ),
    );
    job.asks("reader", "base", says("It lies."));
    job.puts("lead", "all", says("It stands."));
    const task = await job.done();
    expect([task.status, task.text.output.trim()]).toEqual(["done", "It stands."]);
    expect(job.calls()).toEqual({ lead: 2, reader: 1 });
  });

  test.concurrent("a model that never answers: its pieces end when their time is over, and who waited for their place is asked", async () => {
    const job = rig.job("silence");
    const pieces = { one: job.piece("one", "mute"), two: job.piece("two", "mute") };
    job.asks("lead", "all", plans(pieces, { policy: { on_failure: "continue" } }));
    job.asks("mute", "one", neverAnswers());
    job.asks("mute", "two", neverAnswers());
    job.puts("lead", "all", says("Nothing was said."));
    await job.begin();
    await Promise.all([job.asked("one"), job.asked("two")]);
    // Two turns at once is what an agent may have.
    const next = rig.job("next", "mute");
    next.asks("mute", "all", says("I speak."));
    await next.begin();
    await until(() => taskOf(rig.gateway, "mute", next.id)?.asking, "the question of the next", LONG);
    expect(next.calls()).toEqual({});
    await rig.clawflow("set", job.id, "subtasks.one.timeout=1s", "subtasks.two.timeout=1s");
    expect((await next.done()).text.output.trim()).toBe("I speak.");
    const task = await job.done();
    expect([task.status, task.text.output.trim()]).toEqual(["done", "Nothing was said."]);
    for (const { status, error } of task.subtasks.values())
      expect([status, error]).toEqual(["failed", expect.stringMatching(/^E_TIMEOUT/)]);
    const over = [...task.subtasks.values()].map(({ finished_at = "" }) => Date.parse(finished_at));
    expect(next.requests()[0]?.at).toBeGreaterThanOrEqual(Math.min(...over));
    expect(job.calls()).toEqual({ lead: 2, mute: 2 });
    // OpenClaw has ended the turns that nobody waits for.
    const isOver = () => !job.requests().some((request) => rig.model.isOpen(request));
    await until(isOver, "the end of the turns", LONG);
  });
}
