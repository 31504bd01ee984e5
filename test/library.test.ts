import { beforeAll, expect, test } from "vitest";
import {
  agentsOfRoot,
  ClawflowError,
  createHost,
  defineBrain,
  nodeDisk,
  submit,
  verifyRoot,
} from "../src/index.ts";
import { ensureBuilt } from "./cli/cli.ts";
import { tempRoot } from "./host/team.ts";

beforeAll(ensureBuilt, 120_000);

test("a team in ten lines", async () => {
  const root = tempRoot();
  const lead = defineBrain(({ kind, results }) =>
    kind === "consider"
      ? { subtasks: { one: { agent: "reader", description: "Read it", depends_on: [] } } }
      : { results: `The reader says: ${results?.one?.results}` },
  );
  const reader = defineBrain(({ task }) => `${task.title}? Done.`);
  const host = await createHost({
    root,
    agents: { lead: { peers: ["*"], brain: lead }, reader: { brain: reader } },
  });
  await host.start();
  const task = await submit(host, "lead", "Have it read");
  expect((await host.finished("lead", task.task_id)).text.output).toBe("The reader says: Read it? Done.");
  await host.stop();
  expect(verifyRoot(nodeDisk(), agentsOfRoot(nodeDisk(), root))).toEqual([]);
});

test("an error has a code that a program can go by", async () => {
  const wrong = createHost({ root: tempRoot(), agents: { human: { brain: () => "no" } } });
  await expect(wrong).rejects.toMatchObject({ name: "ClawflowError", code: "E_ID" });
  await expect(wrong).rejects.toBeInstanceOf(ClawflowError);
});

test("the package exports what the source does, and nothing else can be imported", async () => {
  const name = "clawflow";
  const built = (await import(name)) as Record<string, unknown>;
  const source = await import("../src/index.ts");
  expect(Object.keys(built).sort()).toEqual(Object.keys(source).sort());
  await expect(import(`${name}/dist/host/host.js`)).rejects.toThrow();
});
