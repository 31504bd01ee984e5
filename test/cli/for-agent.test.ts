import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sendCommand } from "../../src/cli/commands/send.ts";
import { showCommand } from "../../src/cli/commands/show.ts";
import { statusCommand } from "../../src/cli/commands/status.ts";
import { treeCommand } from "../../src/cli/commands/tree.ts";
import { whyCommand } from "../../src/cli/commands/why.ts";
import { whyForAgent, whyLines } from "../../src/cli/render/why.ts";
import type { Reason } from "../../src/view/why/why.ts";
import { tempRoot } from "../host/team.ts";
import { Stuck } from "../view/stuck.ts";
import { fakeIo } from "./fake-io.ts";

/** Colours, boxes, ticks: what costs a model and tells it nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ORNAMENT = /[\u001b\u2500-\u25ff\u2713\u2717]/;

const REASON: Reason = {
  agent: "lead",
  task_id: "audit",
  title: "Audit",
  status: "executing",
  hold: {
    agent: "clerk",
    task_id: "audit.scan.ask",
    cause: "question",
    who: "human",
    what: "a person is asked: Which\nbranch?",
    since: "2026-01-01T00:00:00Z",
    ends_in: 90_000,
    command: 'clawflow answer audit.scan.ask "…"',
  },
  chain: [
    { agent: "lead", task_id: "audit" },
    { agent: "reader", task_id: "audit.scan", subtask: "scan" },
    { agent: "clerk", task_id: "audit.scan.ask", subtask: "ask" },
  ],
  also: [
    {
      cause: "brain",
      count: 3,
      first: {
        agent: "writer",
        task_id: "audit.write",
        cause: "brain",
        question: "q",
        kind: "consider",
        asked: 1,
        what: "the brain of writer is at work on it",
      },
    },
  ],
};
const LOOK = {
  paint: (_: unknown, text: string) => text,
  now: Date.parse("2026-01-01T00:12:03Z"),
  here: (command: string) => command,
};

test("why for a person, and for a model", () => {
  expect(whyLines(REASON, LOOK)).toEqual([
    "audit  lead  executing  Audit",
    "  audit waits for scan of reader, which waits for ask of clerk",
    "  question: a person is asked: Which branch? (12m 03s ago; after about 1m 30s it ends without them)",
    '  To move it: clawflow answer audit.scan.ask "…"',
    "  also brain         the brain of writer is at work on it and 2 more",
  ]);
  expect(whyForAgent(REASON, LOOK)).toEqual([
    "why audit lead executing: question",
    "what: a person is asked: Which branch?",
    "when: 12m 03s ago; after about 1m 30s it ends without them",
    "chain: audit@lead > scan@reader > ask@clerk",
    'do: clawflow answer audit.scan.ask "…"',
    "also: brain 3",
  ]);
});

test("status, why, tree and show for a model: fixed lines, with the command that moves what waits", async () => {
  const stuck = await (await new Stuck().start()).give({
    split: { a: { agent: "worker", do: { ask: "Which one?" } }, b: { agent: "worker", do: { hang: true } } },
  });
  await stuck.named("question");
  const id = stuck.task_id;
  const shown = async (command: (io: ReturnType<typeof fakeIo>, options: object) => Promise<unknown>) => {
    const io = fakeIo({
      cwd: stuck.root,
      colour: { out: true, err: true },
      terminal: { out: true, err: true },
    });
    await command(io, { root: stuck.root, forAgent: true });
    expect(io.outText()).not.toMatch(ORNAMENT);
    return io.outText().trim().split("\n");
  };
  const here = ` --root ${stuck.root}`;
  const answer = `clawflow answer ${id}.a "…"${here}`;
  const all = await shown((io, options) => statusCommand(io, undefined, options));
  expect(all[0]).toMatch(/^host \d+ alive .*lead/);
  expect(all).toContain(`need answer worker ${id}.a | a person is asked: Which one? | do: ${answer}`);
  expect(all.filter((line) => line.startsWith("run "))).toHaveLength(3);
  expect(await shown((io, options) => whyCommand(io, id, options))).toContain(`do: ${answer}`);
  expect((await shown((io, options) => statusCommand(io, id, options)))[0]).toMatch(
    `task ${id} lead waiting for worker`,
  );
  const tree = await shown((io, options) => treeCommand(io, id, options));
  expect(tree[0]).toMatch(`${id} lead waiting`);
  expect(tree[1]).toMatch(/^ {2}a worker waiting for human: answer: Which one\?/);
  const task = await shown((io, options) => showCommand(io, `${id}/a`, options));
  expect(task).toContain("- a worker dispatched");
});

test("a job that nobody has begun is named, with what would move it", async () => {
  const cwd = tempRoot();
  mkdirSync(join(cwd, "root"));
  writeFileSync(join(cwd, "team.yaml"), "agents:\n  lead: {brain: {command: [node, lead.mjs]}}\n");
  writeFileSync(join(cwd, "job.md"), "Do it");
  const options = { root: join(cwd, "root"), team: join(cwd, "team.yaml"), json: true };
  const sent = fakeIo({ cwd });
  await sendCommand(sent, "lead", "job.md", options);
  const { task_id } = JSON.parse(sent.outText()) as { task_id: string };
  for (const name of [undefined, task_id]) {
    const io = fakeIo({ cwd });
    await whyCommand(io, name, options);
    expect(JSON.parse(io.outText())).toMatchObject({
      reasons: [{ task_id, hold: { cause: "no-host", agent: "lead", command: "clawflow up" } }],
    });
  }
});
