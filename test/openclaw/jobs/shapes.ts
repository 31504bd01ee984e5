import { expect, test } from "vitest";
import { callsTool, plans, says } from "../rig/model-answer.ts";
import { sentBy } from "../rig/team-files.ts";
import { HANDS, type JobsRig } from "./jobs-rig.ts";

/** Jobs by how they are split. */
export function shapes(rig: JobsRig): void {
  test.concurrent("a task that one agent does: one call, whose text is the reply, and what it used is counted", async () => {
    const job = rig.job("leaf", "reader");
    job.asks("reader", "all", says("forty-two", { input: 1000, output: 10 }));
    const task = await job.done();
    expect([task.status, task.text.output.trim()]).toEqual(["done", "forty-two"]);
    expect(task.used).toMatchObject({ tokens: 1010 });
    expect(job.calls()).toEqual({ reader: 1 });
    const reply = sentBy(rig.gateway, "reader").find(({ task_id }) => task_id === job.id);
    expect(reply).toMatchObject({ type: "reply", to: "human", status: "done" });
    const { tools = [] } = job.requests()[0] ?? {};
    expect(tools).toEqual(expect.arrayContaining(["clawflow_done", "clawflow_fail", "clawflow_ask"]));
    expect(tools).not.toContain("clawflow_plan");
  });

  test.concurrent("a chain of two levels: two calls for who splits, one for the other", async () => {
    const job = rig.job("chain");
    job.asks("lead", "all", plans({ base: job.piece("base", "reader") }));
    job.asks("reader", "base", callsTool("clawflow_done", { results: "It lies." }));
    job.puts("lead", "all", says("The tower stands, for it lies."));
    const task = await job.done();
    expect([task.status, task.text.output.trim()]).toEqual(["done", "The tower stands, for it lies."]);
    expect(job.calls()).toEqual({ lead: 2, reader: 1 });
    expect(job.requests("all")[0]?.prompt).not.toContain("stranger");
    const { text, from } = await rig.clawflow("show", `${job.id}.base`);
    expect([from, text.output.trim()]).toEqual(["lead", "It lies."]);
  });

  test.concurrent("one gives out ten pieces: two calls for it, one for each of them", async () => {
    const job = rig.job("fan");
    const agents = Array.from({ length: 10 }, (_, index) => HANDS[index % HANDS.length] as string);
    const ids = agents.map((_, index) => `leaf-${index}`);
    const pieces = agents.map((agent, index) => [`leaf-${index}`, job.piece(`leaf-${index}`, agent)]);
    job.asks("lead", "all", plans(Object.fromEntries(pieces)));
    for (const [index, agent] of agents.entries())
      job.asks(agent, `leaf-${index}`, says(`what ${agent} made of leaf-${index}`));
    job.puts("lead", "all", ({ prompt }) =>
      says(prompt.match(/what \w+ made of leaf-\d/g)?.join("\n") ?? ""),
    );
    const task = await job.done();
    expect(task.text.output.trim().split("\n")).toEqual(
      ids.map((id, index) => `what ${agents[index]} made of ${id}`),
    );
    for (const id of ids) expect(job.requests(id)).toHaveLength(1);
    expect(job.requests()).toHaveLength(12);
    const { children } = await rig.clawflow("tree", job.id);
    expect(children).toHaveLength(10);
  });

  test.concurrent("three agents in a ring: what the first splits comes back to it as a piece", async () => {
    const job = rig.job("ring");
    job.asks("lead", "all", plans({ upper: job.piece("upper", "middle") }));
    job.asks("middle", "upper", plans({ lower: job.piece("lower", "coder") }));
    job.asks("coder", "lower", plans({ last: job.piece("last", "lead") }));
    job.asks("lead", "last", says("<ground>"));
    for (const [agent, piece] of [
      ["coder", "lower"],
      ["middle", "upper"],
      ["lead", "all"],
    ] as const)
      job.puts(agent, piece, ({ prompt }) => says(`<${agent} on ${/<.*>/.exec(prompt)?.[0]}>`));
    const task = await job.done();
    expect(task.text.output.trim()).toBe("<lead on <middle on <coder on <ground>>>>");
    expect(job.calls()).toEqual({ lead: 3, middle: 2, coder: 2 });
    const path: string[] = [];
    for (let node = await rig.clawflow("tree", job.id); node !== undefined; node = node.children[0])
      path.push(`${node.agent} ${node.status}`);
    expect(path).toEqual(["lead done", "middle done", "coder done", "lead done"]);
  });

  test.concurrent("a diamond of twelve pieces is done in its order, and each has what it depends on and no more", async () => {
    const job = rig.job("diamond");
    const rows = [1, 2, 3, 3, 2, 1].map((width, row) =>
      Array.from({ length: width }, (_, at) => `n${row}-${at}`),
    );
    const ids = rows.flat();
    const needs = (id: string) => rows[Number(id[1]) - 1] ?? [];
    const agentOf = (id: string) => HANDS[ids.indexOf(id) % HANDS.length] as string;
    const pieces = ids.map((id) => [id, job.piece(id, agentOf(id), needs(id))]);
    job.asks("lead", "all", plans(Object.fromEntries(pieces)));
    for (const id of ids) job.asks(agentOf(id), id, says(`made ${id}`));
    job.puts("lead", "all", says("It shines."));
    const task = await job.done();
    expect([task.status, task.text.output.trim()]).toEqual(["done", "It shines."]);
    for (const id of ids) {
      const [request, ...more] = job.requests(id);
      expect(more).toEqual([]);
      expect(request?.prompt.match(/made n\d-\d/g) ?? []).toEqual(needs(id).map((other) => `made ${other}`));
    }
    expect(Object.values(job.calls()).reduce((sum, count) => sum + count)).toBe(14);
    const { children } = await rig.clawflow("tree", job.id);
    expect(children.map(({ status }: { status: string }) => status)).toEqual(ids.map(() => "done"));
  });
}
