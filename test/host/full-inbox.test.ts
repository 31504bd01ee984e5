import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import { tempRoot } from "./team.ts";
import { until } from "./until.ts";

const MANY = 200;
const task = (id: string) =>
  `---\nclawflow: 2\nid: h-${id}\ntype: task\ntask_id: ${id}\nattempt: 1\nfrom: human\nto: echo\nsent_at: 2026-11-20T12:00:00Z\n---\nSay it.\n`;

// A host that is killed before its first commit has done nothing: with a full inbox it never would do anything.
test("work begins while most of a full inbox is still to be taken", async () => {
  const root = tempRoot();
  const inbox = join(root, "echo", "mailbox", "inbox");
  mkdirSync(inbox, { recursive: true });
  for (let n = 0; n < MANY; n++) writeFileSync(join(inbox, `${n}.md`), task(`t${n}`));
  const host = await createHost({ root, agents: { echo: { brain: () => "said" } } });
  onTestFinished(() => host.stop());
  let taken = 0;
  let done = 0;
  let takenAtFirstEnd = 0;
  host.on(({ type }) => {
    if (type === "task:created") taken++;
    if (type === "task:finished" && done++ === 0) takenAtFirstEnd = taken;
  });
  await host.start();
  await until(() => done === MANY, "the end of all", 30_000);
  expect(takenAtFirstEnd).toBeLessThan(MANY / 2);
});
