import { describe, expect, it } from "vitest";
import type { Message } from "../../src/protocol/message.ts";
import { control, plan, replyTo, taskFrom } from "./letters.ts";
import { Network } from "./network.ts";
import { considering, executing, fromBoss } from "./scenes.ts";
import { Station } from "./station.ts";

const LOCAL = "root.part";
const MINUTE = 60_000;
const ofBoss = { from: "boss", task_id: "root", subtask_id: "part" };
const pause = (over = {}) => control("pause", { task_id: LOCAL, ...over });
const resume = (over = {}) => control("resume", { task_id: LOCAL, ...over });

/** The controls that were sent: `pause a of reader`. */
const passed = ({ sent }: { sent: readonly Message[] }) =>
  sent.flatMap((m) => (m.type === "control" ? [`${m.control} ${m.subtask_id} of ${m.to}`] : []));

describe("a pause of a task", () => {
  it("passes down to every peer that has a subtask, once, and so does its end", () => {
    const station = executing();
    station.deliver(pause(), pause());
    expect(passed(station)).toEqual(["pause a of reader", "pause c of reader"]);
    station.deliver(resume(), resume());
    expect(passed(station).slice(2)).toEqual(["resume a of reader", "resume c of reader"]);
    expect(station.task().paused).toBeUndefined();
  });

  it("has no effect and is no error where it is so already", () => {
    const station = executing();
    const again = resume();
    station.deliver(again);
    expect(station.disposalOf(again)).toEqual([{ message: again.id, to: "archive" }]);
    expect(station.sent.filter(({ type }) => type === "control")).toEqual([]);
  });

  it.each(["pause", "resume"] as const)("of the giver: %s that meets the end is archived", (kind) => {
    const station = considering();
    station.answer({ results: "R" });
    const late = control(kind, ofBoss);
    station.deliver(late);
    expect(station.disposalOf(late)).toEqual([{ message: late.id, to: "archive" }]);
    expect(station.task().paused).toBeUndefined();
  });

  it("says nothing to a peer of version 1, which has no word for it", () => {
    const station = executing(plan({ a: "reader", b: "writer" }), {
      peers: [{ id: "reader", protocol: 1 }, "writer"],
    });
    station.deliver(pause(), resume());
    expect(passed(station)).toEqual(["pause b of writer", "resume b of writer"]);
  });

  it("counts the silence of peers anew when it ends: nobody listened meanwhile", () => {
    const station = executing(plan({ a: { timeout: "10h" } }));
    station.deliver(pause());
    station.pass(120 * MINUTE);
    station.deliver(resume());
    station.tick();
    expect(station.subtask("a")).toMatchObject({ status: "dispatched", heard: station.now.running });
    station.pass(10 * MINUTE);
    expect(station.subtask("a").probes).toBe(1);
  });

  it("the later word of the giver holds, in whatever order they come", () => {
    const station = considering();
    const late = control("pause", { ...ofBoss, number: 4 });
    station.deliver(control("resume", { ...ofBoss, number: 5 }), late);
    expect(station.task().paused).toBeUndefined();
    expect(station.disposalOf(late)).toEqual([{ message: late.id, to: "archive" }]);
    station.deliver(control("pause", { ...ofBoss, number: 6 }));
    expect(station.task().paused).toBe(true);
  });

  it("by a person ends when the giver lets its work go on", () => {
    const station = considering();
    station.deliver(pause(), control("resume", { ...ofBoss, number: 2 }));
    expect(station.task().paused).toBeUndefined();
  });

  it("H24: that comes before its TASK is kept for it, through a restart; the brain is asked when it goes on", () => {
    const station = new Station();
    station.deliver(control("pause", { ...ofBoss, number: 3 }));
    station.restart();
    expect(station.task(LOCAL)).toMatchObject({ paused: true, status: "pending" });
    const task = fromBoss({ deadline_in: 5 * MINUTE, budget: { tokens: 7 } });
    station.deliver(task, task);
    expect(station.asks).toEqual([]);
    expect(station.task(LOCAL)).toMatchObject({
      title: "A job",
      paused: true,
      budget: { tokens: 7 },
      deadline: station.now.running + 5 * MINUTE,
      text: { instructions: "Do it" },
      reply_to: { message: task.id },
    });
    expect(station.disposalOf(task).map(({ to }) => to)).toEqual(["archive", "again"]);
    station.deliver(control("resume", { ...ofBoss, number: 4 }));
    station.tick();
    expect(station.asks).toMatchObject([{ question: { kind: "consider", asked: 1 } }]);
  });

  it("H24: pause and resume that both come before the TASK, turned round, leave it to begin at once", () => {
    const station = new Station();
    station.deliver(control("resume", { ...ofBoss, number: 4 }), control("pause", { ...ofBoss, number: 3 }));
    station.deliver(fromBoss());
    expect(station.asks).toHaveLength(1);
  });

  it("H24: that comes before its TASK is cancelled with it, and superseded by a later attempt", () => {
    const station = new Station();
    station.deliver(control("pause", ofBoss), control("cancel", ofBoss));
    expect(station.task(LOCAL).status).toBe("cancelled");
    const other = new Station();
    other.deliver(control("pause", ofBoss), control("pause", { ...ofBoss, attempt: 2 }));
    other.deliver(fromBoss({ attempt: 2 }));
    expect(other.task(LOCAL).status).toBe("cancelled");
    expect(other.task("root.part_2")).toMatchObject({ paused: true, title: "A job" });
  });

  it("of a person for work that is not there goes to the dead letters; of work removed after its time it is late", () => {
    const station = new Station();
    const unknown = pause();
    station.deliver(unknown);
    expect(station.disposalOf(unknown)).toMatchObject([{ to: "dead", code: "E_NOT_FOUND" }]);
    const late = control("pause", ofBoss);
    station.step(undefined, { type: "control", message: late, localId: LOCAL, removed: true });
    expect(station.disposalOf(late)).toMatchObject([{ to: "archive", note: expect.stringMatching(/^late/) }]);
    expect(station.tasks.size).toBe(0);
  });
});

describe("a pause of a subtask", () => {
  it("that is pending: it is not sent, the others are, and the task waits for it", () => {
    const station = executing();
    station.deliver(pause({ subtask_id: "b" }));
    for (const id of ["a", "c"]) station.deliver(replyTo(station.taskOf(id), { results: id }));
    expect(station.statuses).toEqual({ a: "done", b: "pending", c: "done" });
    expect(station.task().status).toBe("executing");
    station.deliver(resume({ subtask_id: "b" }));
    expect(station.statuses.b).toBe("dispatched");
    expect(passed(station)).toEqual([]);
  });

  it("that a peer has: the peer is told, once, and of the end", () => {
    const station = executing();
    station.deliver(pause({ subtask_id: "a" }), pause({ subtask_id: "a" }));
    station.deliver(resume({ subtask_id: "a" }), resume({ subtask_id: "a" }));
    expect(passed(station)).toEqual(["pause a of reader", "resume a of reader"]);
  });

  it("outlasts a pause of the whole task", () => {
    const station = executing();
    station.deliver(pause({ subtask_id: "a" }), pause(), resume());
    expect(passed(station)).toEqual(["pause a of reader", "pause c of reader", "resume c of reader"]);
    station.deliver(pause(), resume({ subtask_id: "a" }));
    expect(passed(station).slice(3)).toEqual(["pause c of reader"]);
    station.deliver(resume());
    expect(passed(station).slice(4)).toEqual(["resume a of reader", "resume c of reader"]);
  });

  it("holds another attempt, not the time of the one under way", () => {
    const station = executing(plan({ a: { timeout: "5m", max_attempts: 2 }, c: "reader" }));
    station.deliver(pause({ subtask_id: "a" }));
    station.pass(5 * MINUTE);
    expect(station.subtask("a")).toMatchObject({ status: "pending", paused: true, attempt: 1 });
    station.pass(MINUTE);
    expect(station.tasksOf("a")).toHaveLength(1);
    station.deliver(resume({ subtask_id: "a" }));
    expect(station.tasksOf("a")).toHaveLength(2);
  });

  it("of one's own: what its brain was asked is taken, and it is asked nothing more", () => {
    const station = executing(plan({ own: "self" }));
    station.deliver(pause({ subtask_id: "own" }));
    station.answer({ error: "E_BRAIN: busy", passing: true });
    station.pass(10 * MINUTE);
    station.restart();
    expect(station.asks).toEqual([]);
    station.deliver(resume({ subtask_id: "own" }));
    station.tick();
    expect(station.asks).toHaveLength(1);
    station.deliver(pause({ subtask_id: "own" }));
    station.answer({ results: "Mine" });
    expect(station.subtask("own").status).toBe("done");
    expect(station.subtask("own").paused).toBeUndefined();
  });

  it("of one's own that waits for an answer: no reminder and no end, and the answer is put when it goes on", () => {
    const station = executing(plan({ own: { agent: "self", timeout: "500h" } }));
    station.answer({ ask: "Red?" });
    station.deliver(pause({ subtask_id: "own" }));
    station.pass(30 * 60 * MINUTE);
    expect(station.subtask("own")).toMatchObject({ status: "dispatched", waiting: { text: "Red?" } });
    expect(station.sent.filter(({ type }) => type === "progress")).toEqual([]);
    station.deliver(control("answer", { task_id: LOCAL, subtask_id: "own", text: "Yes" }));
    expect(station.asks).toEqual([]);
    station.deliver(resume({ subtask_id: "own" }));
    station.tick();
    expect(station.asks[0]?.question.task.context).toContain("Answer of human: Yes");
  });

  it("is refused where it is over, and ends with the subtask", () => {
    const station = executing();
    station.deliver(pause({ subtask_id: "c" }), control("cancel", { task_id: LOCAL, subtask_id: "c" }));
    expect(station.subtask("c").paused).toBeUndefined();
    const late = pause({ subtask_id: "c" });
    station.deliver(late);
    expect(station.disposalOf(late)).toMatchObject([{ to: "dead", text: "pause: c is cancelled already" }]);
  });
});

describe("down the tree", () => {
  const agents = ["a", "b", "c", "d"];
  const chain = () => {
    const stations = agents.map((id, index) => ({ id, peers: agents.slice(index + 1, index + 2) }));
    const network = new Network({
      stations,
      brain: ({ question }, agent) => {
        if (question.kind === "synthesise") return { outcome: { results: "Whole" } };
        const next = agents[agents.indexOf(agent) + 1];
        return next === undefined
          ? { outcome: { results: "Bottom" }, ms: 1_000 }
          : { outcome: plan({ x: next }) };
      },
    });
    network.send(taskFrom("human", { to: "a", task_id: "job" }));
    while (network.tasks().length < agents.length) network.turn();
    return network;
  };

  it("a pause reaches every level, and so does its end", () => {
    const network = chain();
    network.say("a", control("pause", { to: "a" }));
    while (network.flying > 0) network.turn();
    expect(network.tasks().map(({ task }) => task.paused)).toEqual([true, true, true, true]);
    network.say("a", control("resume", { to: "a" }));
    network.run();
    expect(network.replies).toMatchObject([{ status: "done" }]);
  });

  it("a pause of a subtask reaches every level below it, and no other", () => {
    const network = chain();
    network.say("b", control("pause", { to: "b", task_id: "job.x", subtask_id: "x" }));
    while (network.flying > 0) network.turn();
    expect(network.tasks().map(({ task }) => task.paused)).toEqual([undefined, undefined, true, true]);
  });

  it("a cancel reaches every level, and twice is as once", () => {
    const network = chain();
    network.say("a", control("cancel", { to: "a" }));
    network.say("a", control("cancel", { to: "a" }));
    while (network.flying > 0) network.turn();
    expect(network.tasks().map(({ task }) => task.status)).toEqual(agents.map(() => "cancelled"));
    expect(network.replies).toHaveLength(1);
    const cancels = network.tasks().map(({ agent }) => passed(network.stations.get(agent) as Station));
    expect(cancels).toEqual([["cancel x of b"], ["cancel x of c"], ["cancel x of d"], []]);
  });

  it("a retry of a subtask cancels all that the agent had under way for it, and gives it again", () => {
    const network = chain();
    network.say("b", control("retry", { to: "b", task_id: "job.x", subtask_id: "x" }));
    while (network.flying > 0) network.turn();
    const all = network.tasks().map(({ agent, task }) => `${agent} ${task.task_id} ${task.status}`);
    expect(all).toContain("c job.x.x cancelled");
    expect(all).toContain("d job.x.x.x cancelled");
    network.run();
    expect(network.replies).toMatchObject([{ status: "done" }]);
  });
});
