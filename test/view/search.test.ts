import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { submitTask } from "../../src/host/submit.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { searchRoot, searchWords } from "../../src/view/search/search.ts";
import { tempRoot } from "../host/team.ts";
import { disk, finishedJob, startTeam } from "./team.ts";

const look = (agents: ReadonlyMap<string, string>, text: string, limit = 50) =>
  searchRoot(disk, agents, searchWords(text), limit);

test("all words must occur, in any case; a message is told once, with its task's agent", async () => {
  const { agents, task_id } = await finishedJob();
  const { found, more } = look(agents, "DID then");
  expect(more).toBe(false);
  const replies = found.filter(({ type }) => type === "reply");
  expect(replies).toMatchObject([
    { kind: "message", agent: "lead", task_id, field: "results", excerpt: "did go + did then" },
    { kind: "message", agent: "lead", task_id, subtask: "second", field: "results", excerpt: "did then" },
  ]);
  expect(replies[1]?.file).toMatch(/^mailbox\/archive\//);
  expect(found.filter(({ kind, agent }) => kind === "task" && agent === "worker")).toHaveLength(1);
  expect(look(agents, "did thenever").found).toEqual([]);
});

test("what only the runtime wrote is not found; ids are", async () => {
  const { agents, task_id } = await finishedJob();
  expect(look(agents, "body_hash").found).toEqual([]);
  expect(look(agents, "frontmatter").found).toEqual([]);
  expect(look(agents, task_id).found.some(({ kind, field }) => kind === "task" && field === "id")).toBe(true);
});

test("the newest first, as many as wanted, and whether there is more", async () => {
  const agents = mailOf(12);
  const { found, more } = look(agents, "needle", 5);
  expect(found.map(({ message }) => message)).toEqual(["m-11", "m-10", "m-9", "m-8", "m-7"]);
  expect(more).toBe(true);
  expect(look(agents, "needle", 12)).toMatchObject({ more: false });
  expect(look(agents, "needle 7", 12).found.map(({ message }) => message)).toEqual(["m-7"]);
});

test("an excerpt is around the word, on one line, cut between characters", () => {
  const agents = mailOf(1, `${"😀".repeat(300)}\n\nthe   NEEDLE here${" and more".repeat(60)}`);
  const [hit] = look(agents, "needle").found;
  expect(hit?.excerpt).toMatch(/^…(😀)+ the NEEDLE here and more.*…$/);
  expect(hit?.excerpt.isWellFormed()).toBe(true);
  expect(hit?.excerpt.length).toBeLessThan(210);
});

test("a question that waits for a person, and a text with quotes, are found", async () => {
  const { root, host } = await startTeam();
  const { task_id } = await submitTask(host, "lead", 'ask about the "blue\\red" one');
  const agents = agentsOfRoot(disk, root);
  await expect
    .poll(() => look(agents, "which one?").found.some(({ field }) => field === "question"))
    .toBe(true);
  expect(look(agents, '"blue\\red"').found.map((hit) => hit.task_id)).toContain(task_id);
  await host.stop();
});

/** Messages that lie in the inbox of one agent. */
function mailOf(count: number, text?: string): Map<string, string> {
  const workspace = join(tempRoot(), "lead");
  const inbox = join(workspace, "mailbox/inbox");
  mkdirSync(inbox, { recursive: true });
  for (let n = 0; n < count; n++) {
    const message = formatMessage({
      version: 2,
      type: "outcome",
      id: `m-${n}`,
      task_id: "t",
      attempt: 1,
      from: "lead",
      to: "lead",
      sent_at: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
      outcome: "results",
      body: { text: text ?? `a needle, number ${n}.` },
    });
    writeFileSync(join(inbox, `letter-${n}.md`), message);
  }
  return new Map([["lead", workspace]]);
}
