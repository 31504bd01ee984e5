import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandBrain } from "../../src/brain/command-brain.ts";
import { personBrain } from "../../src/brain/person-brain.ts";
import { readStatus } from "../../src/view/status.ts";
import { type Reason, whyAll } from "../../src/view/why/why.ts";
import { SCRIPTED } from "../host/host-process.ts";
import { tempRoot } from "../host/team.ts";
import { until } from "../host/until.ts";
import { ladder, Stuck } from "./stuck.ts";

const HANG = { hang: true } as const;
const MINUTE = 60_000;

function scriptedProgram() {
  return commandBrain({ command: [process.execPath, SCRIPTED], cwd: tempRoot(), agent: "worker" });
}

describe("a person's turn", () => {
  test("an approval", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: { a: { do: { say: "x" } } },
      policy: { approval: "always" },
    });
    const { hold } = await stuck.named("approval");
    expect(hold).toMatchObject({ agent: "lead", who: "human", command: `clawflow approve ${stuck.task_id}` });
    expect(hold.since).toBeDefined();
  });

  test("a question two levels below, with the way to it", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: {
        scan: { agent: "mid", do: { split: { look: { do: { ask: "Which one?" } } } } },
        other: { agent: "worker", do: HANG },
      },
    });
    const { hold, chain, also } = await stuck.named("question");
    const below = `${stuck.task_id}.scan.look`;
    expect(hold).toMatchObject({ agent: "worker", task_id: below, command: `clawflow answer ${below} "…"` });
    expect(hold.what).toContain("Which one?");
    expect(chain).toEqual([
      { agent: "lead", task_id: stuck.task_id },
      { agent: "mid", task_id: `${stuck.task_id}.scan`, subtask: "scan" },
      { agent: "worker", task_id: below, subtask: "look" },
    ]);
    expect(also).toMatchObject([{ cause: "brain", count: 1 }]);
  });

  test("the whole work, with the person's name", async () => {
    const stuck = new Stuck();
    await stuck.start({ agents: { ...ladder(), worker: { brain: personBrain("alex") } } });
    await stuck.give({ split: { a: { agent: "worker", do: { say: "x" } } } });
    const view = () => stuck.view({ people: new Map([["worker", "alex"]]) });
    const { hold } = await stuck.named("person", () => ({ view: view() }));
    expect(hold).toMatchObject({ who: "alex", command: `clawflow done ${stuck.task_id}.a FILE` });
    expect(hold.what).toMatch(/^alex is to do it/);
    const { problems } = readStatus(view(), { now: Date.now(), pendingAfter: 1, lately: 1 });
    expect(problems).toMatchObject([{ kind: "person", agent: "worker", command: hold.command }]);
  });

  test("a decision goes before all that only takes its time", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: {
        a: { agent: "worker", do: HANG },
        b: { agent: "worker", do: { ask: "?" } },
        c: { agent: "worker", do: HANG },
      },
    });
    const { also } = await stuck.named("question");
    await until(() => stuck.why()?.also[0]?.count === 2);
    expect(also.map(({ cause }) => cause)).toEqual(["brain"]);
  });
});

describe("an edit that cannot be understood", () => {
  const broken = (stuck: Stuck) => {
    const path = join(stuck.root, "lead/tasks", stuck.task_id, "task.md");
    writeFileSync(path, readFileSync(path, "utf8").replace("mode: coordinating", "mode: [coordinating"));
  };

  test("while a host runs", async () => {
    const stuck = await (await new Stuck().start()).give({ split: { a: { agent: "worker", do: HANG } } });
    await stuck.named("brain");
    await until(() => readdirSync(join(stuck.root, "lead/tasks")).length > 0);
    broken(stuck);
    const problem = join(stuck.root, "lead/tasks", stuck.task_id, "task.problem.md");
    await until(() => readFileSync(problem, "utf8"), "task.problem.md");
    const { hold, also } = await stuck.named("edit");
    expect(hold.file).toBe(`tasks/${stuck.task_id}/task.md`);
    expect(hold.what).toMatch(/E_FRONTMATTER/);
    expect(hold.command).toContain(hold.file);
    expect(also).toMatchObject([{ cause: "brain" }]);
    const { problems } = readStatus(stuck.view(), { now: Date.now(), pendingAfter: 1, lately: 1 });
    expect(problems).toMatchObject([{ kind: "edit", agent: "lead", task_id: stuck.task_id }]);
  });

  test("while none runs; the task is read from the runtime's copy", async () => {
    const stuck = new Stuck();
    const host = await stuck.startOnce();
    await stuck.give({ split: { a: { agent: "worker", do: HANG } } });
    await stuck.named("brain");
    await host.stop();
    broken(stuck);
    const { hold, status, also } = await stuck.named("edit");
    expect(status).toBe("executing");
    expect(hold.what).toMatch(/E_FRONTMATTER/);
    expect(also).toMatchObject([{ cause: "no-host" }]);
  });
});

test("a dead letter of the task", async () => {
  const stuck = await (await new Stuck().start()).give(HANG);
  await stuck.named("brain");
  const text = `---\nclawflow: 2\ntype: outcome\nid: o-1\ntask_id: ${stuck.task_id}\nfrom: human\nto: lead\nsent_at: 2026-01-01T00:00:00Z\noutcome: plan\n---\nnot a plan\n`;
  writeFileSync(join(stuck.root, "lead/mailbox/inbox/outcome-plan-1-0123456789ab.md"), text);
  const { hold, also } = await stuck.named("dead-letter");
  expect(hold).toMatchObject({
    agent: "lead",
    file: "mailbox/dead/outcome-plan-1-0123456789ab.md",
    command: "clawflow dead requeue outcome-plan-1-0123456789ab.md --agent lead",
  });
  expect(hold.what).toMatch(/E_[A-Z]+/);
  expect(also).toMatchObject([{ cause: "brain" }]);
});

describe("a peer that does not answer", () => {
  test("undeliverable: it has no inbox", async () => {
    const stuck = await new Stuck().start({ only: ["lead"] });
    await stuck.give({ split: { a: { agent: "worker", do: HANG } } });
    const agents = new Map(["lead", "worker"].map((agent) => [agent, join(stuck.root, agent)]));
    const view = () => Object.assign(stuck.view(), { agents });
    const { hold } = await stuck.named("undeliverable", () => ({ view: view() }));
    expect(hold).toMatchObject({ agent: "lead", task_id: stuck.task_id, subtask: "a", to: "worker" });
    expect(hold.file).toMatch(/^mailbox\/outbox\/pending\/task-/);
    expect(hold.since).toBeDefined();
  });

  test("gone: no host runs it, though one runs who gave it the work; gone: it left the team", async () => {
    const stuck = new Stuck();
    const both = await stuck.startOnce();
    await stuck.give({ split: { a: { agent: "worker", do: HANG } } });
    await stuck.named("brain");
    await both.stop();
    await stuck.start({ only: ["lead", "mid"] });
    const { hold } = await stuck.named("peer-gone");
    expect(hold).toMatchObject({ peer: "worker", in_team: true, command: "clawflow up --only worker" });
    const team = new Set(["lead", "mid"]);
    const left = await stuck.named("peer-gone", () => ({ view: stuck.view({ team }) }));
    expect(left.hold).toMatchObject({ peer: "worker", in_team: false });
    expect(left.hold.what).toMatch(/not in the team any more/);
  });

  test("of another root: nothing is known of it, or it is one of those elsewhere; gone: it is neither here nor there", async () => {
    const stuck = await (await new Stuck().start()).give({ split: { a: { agent: "worker", do: HANG } } });
    await stuck.named("brain");
    const of = (...team: string[]) => ({ view: stuck.view({ team: new Set(team) }, ["lead"]) });
    await stuck.named("remote", () => of("lead", "worker"));
    const gone = await stuck.named("peer-gone", () => of("lead", "mid"));
    expect(gone.hold).toMatchObject({ peer: "worker", in_team: false });
    expect(gone.hold.command).toBe(`clawflow set ${stuck.task_id}/a agent=mid`);
    const { hold } = await stuck.named("remote", () => ({ view: stuck.view({}, ["lead"]) }));
    expect(hold).toMatchObject({
      peer: "worker",
      subtask: "a",
      command: `clawflow cancel ${stuck.task_id}/a`,
    });
  });
});

describe("limits", () => {
  test("a budget that does not suffice, and what reopens it", async () => {
    const stuck = await (await new Stuck().start()).give(
      {
        split: {
          a: { do: { say: "x" }, budget: { tokens: 500 } },
          b: { do: { say: "y" }, budget: { tokens: 800 } },
        },
      },
      { budget: { tokens: 1000 } },
    );
    const { hold } = await stuck.named("budget");
    expect(hold.what).toMatch(/E_BUDGET/);
    expect(hold.command).toBe(`clawflow set ${stuck.task_id} budget.tokens=2000`);
  });

  test("a budget that was refused below is raised where the job goes on from", async () => {
    const split = { b: { do: { say: "x" }, budget: { tokens: 500 } } } as const;
    const stuck = await (await new Stuck().start()).give(
      { split: { a: { agent: "mid", do: { split }, budget: { tokens: 100 } } } },
      { budget: { tokens: 1000 } },
    );
    const { hold, chain } = await stuck.named("budget");
    expect(hold).toMatchObject({ agent: "mid", subtask: "b" });
    expect(hold.command).toBe(`clawflow set ${stuck.task_id}/a budget.tokens=200`);
    expect(chain).toHaveLength(3);
  });

  test("a deadline that is all but over, with the time that is left", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: { a: { agent: "worker", do: HANG, timeout: "10m" } },
    });
    await stuck.named("brain");
    expect(stuck.why({ now: Date.now() + 8 * MINUTE })?.hold.cause).toBe("brain");
    const late = stuck.why({ now: Date.now() + 9.5 * MINUTE });
    expect(late?.hold.cause).toBe("deadline");
    expect(endsIn(late)).toBeLessThan(MINUTE);
    expect(endsIn(late)).toBeGreaterThan(0);
    expect(late?.hold.command).toBe(`clawflow set ${stuck.task_id}/a timeout=20m`);
  });

  test("a task that failed because its time was over: the deepest task is named", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: { a: { agent: "mid", do: { split: { b: { do: HANG, timeout: "200ms" } } } } },
    });
    const { hold, chain, status } = await stuck.named("deadline", () => ({}));
    await until(() => stuck.why()?.status === "failed");
    const ended = stuck.why();
    expect(status === "failed" || hold.ends_in !== undefined).toBe(true);
    expect(ended?.hold).toMatchObject({
      cause: "deadline",
      agent: "mid",
      task_id: `${stuck.task_id}.a`,
      subtask: "b",
    });
    expect(ended?.hold.what).toMatch(/E_TIMEOUT/);
    expect(ended?.hold.command).toBe(`clawflow retry ${stuck.task_id}`);
    expect(ended?.chain.at(-1)).toMatchObject({ agent: "worker", subtask: "b" });
    expect(chain.length).toBeGreaterThan(1);
  });
});

describe("what is on its way, where every host seems to run", () => {
  const runs = { hostOf: () => ({ pid: 1, state: "alive" as const, directory: "" }) };
  const seen = (stuck: Stuck) => () => ({ view: stuck.view(runs) });

  test("a message in the inbox of an agent", async () => {
    const stuck = new Stuck();
    await (await stuck.startOnce()).stop();
    await stuck.start({ only: ["lead"] });
    await stuck.give({ split: { a: { agent: "worker", do: HANG } } });
    const { hold } = await stuck.named("inbox", seen(stuck));
    expect(hold).toMatchObject({ agent: "lead", task_id: stuck.task_id, subtask: "a" });
    expect(hold.what).toBe("worker has got it and not begun");
    expect(hold.file).toMatch(/^mailbox\/inbox\/task-/);
    expect(hold.since).toBeDefined();
  });

  test("a reply that was not handled yet", async () => {
    const stuck = new Stuck();
    await (await stuck.startOnce()).stop();
    const lead = await stuck.startOnce({ only: ["lead"] });
    await stuck.give({ split: { a: { agent: "worker", do: { say: "it" } } } });
    await until(() => readdirSync(join(stuck.root, "worker/mailbox/inbox")).length > 0 || undefined);
    await lead.stop();
    await stuck.start({ only: ["worker"] });
    const { hold } = await stuck.named("reply", seen(stuck));
    expect(hold).toMatchObject({ agent: "worker", to: "lead" });
    expect(hold.since).toBeDefined();
  });
});

test("what was cancelled, with what does it again", async () => {
  const stuck = await (await new Stuck().start()).give({ split: { a: { agent: "worker", do: HANG } } });
  await stuck.named("brain");
  control(stuck, "lead", stuck.task_id, "cancel");
  const { hold } = await stuck.named("cancelled");
  expect(hold).toMatchObject({ agent: "lead", command: `clawflow retry ${stuck.task_id}` });
  expect(stuck.why({ subtask: "a" })?.hold).toMatchObject({ cause: "cancelled", subtask: "a" });
});

test("paused: by a word for itself, for a subtask's task, and by the task above", async () => {
  const stuck = await (await new Stuck().start()).give({ split: { a: { agent: "worker", do: HANG } } });
  await stuck.named("brain");
  const child = `${stuck.task_id}.a`;
  control(stuck, "worker", child, "pause");
  const { hold, chain } = await stuck.named("paused");
  expect(hold).toMatchObject({ by: "itself", agent: "worker", command: `clawflow resume ${child}` });
  expect(chain).toHaveLength(2);
  control(stuck, "lead", stuck.task_id, "pause");
  const whole = await until(() => {
    const found = stuck.why();
    return found?.hold.cause === "paused" && found.hold.agent === "lead" ? found : undefined;
  });
  expect(whole.hold.command).toBe(`clawflow resume ${stuck.task_id}`);
  const below = stuck.why({ agent: "worker", task: child });
  expect(below?.hold).toMatchObject({
    cause: "paused",
    by: "above",
    command: `clawflow resume ${stuck.task_id}`,
  });
});

describe("what was not done", () => {
  test("a dependency failed, and others were skipped for it", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: {
        a: { agent: "worker", do: { fail: "no such file" } },
        b: { agent: "worker", do: { say: "b" }, depends_on: ["a"] },
        c: { agent: "worker", do: { say: "c" }, depends_on: ["b"] },
        d: { agent: "worker", do: HANG },
      },
      policy: { on_failure: "continue" },
    });
    const { hold, also } = await stuck.named("dependency");
    expect(hold).toMatchObject({
      failed: "a",
      skipped: ["b", "c"],
      command: `clawflow retry ${stuck.task_id}/a`,
    });
    expect(hold.what).toMatch(/no such file/);
    expect(also).toMatchObject([{ cause: "brain" }]);
    expect(stuck.why({ subtask: "c" })?.hold).toMatchObject({ cause: "dependency", failed: "a" });
    expect(stuck.why({ subtask: "d" })?.hold.cause).toBe("brain");
  });

  test("a task that failed says why, of the one below that did; one that is done says so", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: { a: { agent: "mid", do: { split: { b: { do: { fail: "no such file" } } } } } },
    });
    const { hold, chain } = await stuck.named("failed");
    expect(hold).toMatchObject({ agent: "mid", subtask: "b", command: `clawflow retry ${stuck.task_id}` });
    expect(chain.map(({ agent }) => agent)).toEqual(["lead", "mid", "worker"]);
    await stuck.give({ say: "done" });
    expect((await stuck.named("done")).chain).toHaveLength(1);
  });
});

describe("work that takes its time", () => {
  test("a brain that hangs: its process, since when, and when it is ended", async () => {
    const stuck = await new Stuck().start({ agents: ladder(scriptedProgram()) });
    await stuck.give({ split: { a: { agent: "worker", do: HANG, timeout: "20m" } } });
    const { hold } = await stuck.named("brain", () => ({}));
    const found = await until(() => (pidOf(stuck.why()) === undefined ? undefined : stuck.why()));
    expect(found?.hold).toMatchObject({ cause: "brain", kind: "consider", asked: 1 });
    expect(found?.hold.command).toBe(`clawflow cancel ${stuck.task_id}.a`);
    expect(endsIn(found)).toBeGreaterThan(18 * MINUTE);
    expect(endsIn(found)).toBeLessThanOrEqual(20 * MINUTE);
    expect(hold.since).toBeDefined();
  });

  test("no brain is free, and no place", async () => {
    const agents = { ...ladder(), worker: { brain: scriptedProgram(), concurrency: 1 } };
    const stuck = await new Stuck().start({ agents });
    await stuck.give({
      split: {
        a: { agent: "worker", do: HANG },
        b: { agent: "worker", do: HANG },
        c: { agent: "worker", do: HANG },
      },
      policy: { concurrency: 2 },
    });
    await until(() => pidOf(stuck.why({ subtask: "a" })));
    await stuck.named("place", () => ({ subtask: "b" }));
    expect(stuck.why({ subtask: "b" })?.hold).toMatchObject({ of: "brains", agent: "worker" });
    const last = stuck.why({ subtask: "c" });
    expect(last?.hold).toMatchObject({ cause: "place", of: "subtasks", agent: "lead" });
    expect(last?.also.map(({ cause }) => cause).sort()).toEqual(["brain", "place"]);
  });

  test("a pause after a passing error", async () => {
    const stuck = await (await new Stuck().start()).give({
      split: { a: { agent: "worker", do: { fail: "429 too many requests", passing: true } } },
    });
    const { hold } = await stuck.named("pause");
    expect(hold.what).toMatch(/passing error/);
  });
});

test("of every open job, those first that need a person", async () => {
  const stuck = await (await new Stuck().start()).give({ split: { a: { agent: "worker", do: HANG } } });
  await stuck.named("brain");
  const first = stuck.task_id;
  await stuck.give({ ask: "Which one?" });
  await stuck.named("question");
  const reasons = whyAll(stuck.view(), Date.now());
  expect(reasons.map(({ task_id, hold }) => [task_id, hold.cause])).toEqual([
    [stuck.task_id, "question"],
    [first, "brain"],
  ]);
});

function endsIn(reason: Reason | undefined): number | undefined {
  return reason !== undefined && "ends_in" in reason.hold ? reason.hold.ends_in : undefined;
}

function pidOf(reason: Reason | undefined): number | undefined {
  return reason?.hold.cause === "brain" ? reason.hold.pid : undefined;
}

function control(stuck: Stuck, agent: string, task_id: string, word: string): void {
  const text = `---\nclawflow: 2\ntype: control\nid: c-${agent}-${word}\ntask_id: ${task_id}\nfrom: human\nto: ${agent}\nsent_at: 2026-01-01T00:00:00Z\ncontrol: ${word}\n---\n`;
  writeFileSync(join(stuck.root, agent, "mailbox/inbox", `control-${word}-1-0123456789ab.md`), text);
}
