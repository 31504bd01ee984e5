import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandBrain } from "../../src/brain/command-brain.ts";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { submitTask } from "../../src/host/submit.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { deadLetters, faultsOf, filesBelow, messagesIn } from "./files.ts";
import { processesOf } from "./processes.ts";
import { runTask, startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const hash = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");
const join2 = (results: Record<string, { results: string }> | undefined) =>
  Object.values(results ?? {})
    .map((result) => result.results)
    .join("");

test("T04: a message of 1 MiB crosses three levels byte for byte", async () => {
  const root = tempRoot();
  const big = `${"0123456789abcdef\n---\n## Results\n".repeat(40_000)}end`.slice(0, 1024 * 1024);
  const pass =
    (peer: string): BrainFunction =>
    ({ kind, results, task }) =>
      kind === "synthesise"
        ? join2(results)
        : {
            subtasks: {
              down: {
                agent: peer,
                description: "pass it on",
                instructions: task.instructions,
                depends_on: [],
              },
            },
          };
  const host = await startHost({
    root,
    agents: {
      a: { brain: pass("b"), peers: ["b"] },
      b: { brain: pass("c"), peers: ["c"] },
      c: { brain: ({ task }) => task.instructions },
    },
  });
  const task = await runTask(host, "a", big);
  expect(hash(task.text.output)).toBe(hash(big));
  await host.stop();
  expect(faultsOf(root, ["a", "b", "c"])).toEqual([]);
});

test("X04: content is in no argument list and in no environment", async () => {
  const root = tempRoot();
  const token = "a-token-that-nobody-else-has";
  const brain = commandBrain({
    command: ["node", "-e", "process.stdin.resume(); setInterval(() => {}, 1000)"],
    cwd: root,
    agent: "a",
  });
  const host = await startHost({ root, agents: { a: { brain } } });
  await submitTask(host, "a", {
    instructions: `do ${token}; $(touch ${root}/injected) \`id\``,
    title: "quiet",
  });
  await until(() => processesOf(root).length > 0);
  expect(processesOf(token)).toEqual([]);
  await host.stop();
  expect(filesBelow(root)).not.toContain("injected");
});

test("a result of more than 2 MiB crosses as an attachment, and whoever puts the pieces together has it whole", async () => {
  const root = tempRoot();
  const large = "a line of a long report\n".repeat(150_000);
  const seen: string[] = [];
  const lead: BrainFunction = ({ kind, results }) => {
    if (kind !== "synthesise")
      return { subtasks: { long: { agent: "writer", description: "write", depends_on: [] } } };
    for (const file of results?.long?.attachments ?? []) seen.push(hash(readFileSync(file.path)));
    return "put together";
  };
  const host = await startHost({
    root,
    agents: { lead: { brain: lead, peers: ["writer"] }, writer: { brain: () => large } },
  });
  expect((await runTask(host, "lead", "go")).text.output).toBe("put together");
  expect(seen).toEqual([hash(large)]);
  await host.stop();
  expect(faultsOf(root, ["lead", "writer"])).toEqual([]);
});

test("files travel over three levels, and to those that depend on them", async () => {
  const root = tempRoot();
  const made = join(root, "made.csv");
  writeFileSync(made, "a,b\n1,2\n");
  const forward: BrainFunction = ({ kind, results }) =>
    kind === "synthesise"
      ? {
          results: "with the file",
          files: Object.values(results ?? {}).flatMap(({ attachments = [] }) =>
            attachments.map(({ path }) => path),
          ),
        }
      : { subtasks: { make: { agent: "maker", description: "make it", depends_on: [] } } };
  const lead: BrainFunction = ({ kind, results }) =>
    kind === "synthesise"
      ? (results?.read?.results ?? "")
      : {
          subtasks: {
            get: { agent: "middle", description: "get it", depends_on: [] },
            read: { agent: "reader", description: "read it", depends_on: ["get"] },
          },
        };
  const reader: BrainFunction = ({ task }) =>
    (task.attachments ?? []).map(({ name, path }) => `${name}: ${readFileSync(path, "utf8")}`).join();
  const host = await startHost({
    root: join(root, "agents"),
    agents: {
      lead: { brain: lead, peers: ["middle", "reader"] },
      middle: { brain: forward, peers: ["maker"] },
      maker: { brain: () => ({ results: "made", files: [made] }) },
      reader: { brain: reader },
    },
  });
  expect((await runTask(host, "lead", "go")).text.output).toBe("made.csv: a,b\n1,2\n");
  await host.stop();
  expect(faultsOf(join(root, "agents"), ["lead", "middle", "maker", "reader"])).toEqual([]);
});

test("a file that is not there is the brain's fault, not the host's", async () => {
  const host = await startHost({
    root: tempRoot(),
    agents: { a: { brain: () => ({ results: "x", files: ["/no/such"] }) } },
  });
  const task = await runTask(host, "a", "go");
  expect([task.status, task.error]).toEqual(["failed", expect.stringMatching(/^E_BLOB: .*\/no\/such/)]);
});

test("P17: many who write into one inbox at once: every message is whole and there once", async () => {
  const root = tempRoot();
  const host = await startHost({
    root,
    agents: { a: { brain: ({ task }) => task.instructions, concurrency: 4 } },
  });
  const workspace = join(root, "a");
  const bodies = Array.from({ length: 60 }, (_, n) => `${n}:`.repeat(2_000));
  const send = async (n: number) => {
    const text = `---\nclawflow: 2\nid: w-${n}\ntype: task\ntask_id: w-${n}\nattempt: 1\nfrom: human\nto: a\nsent_at: 2026-11-20T12:00:00Z\n---\n# Task: w\n\n## Instructions\n\n${bodies[n]}\n`;
    const name = `task-w-${n}-1-${hash(`${n}`).slice(0, 12)}.md`;
    // Each twice, at the same time.
    await Promise.all(
      [1, 2].map(() =>
        deliverInto(nodeDisk(), workspace, { name, bytes: Buffer.from(text) }, { sync: false }),
      ),
    );
  };
  await Promise.all(bodies.map((_, n) => send(n)));
  await until(() => messagesIn(workspace, "outbox").size === bodies.length, "all replies");
  await host.stop();
  const answers = [...messagesIn(workspace, "outbox").values()].map(
    (message) => message.type === "reply" && message.body.results.trim(),
  );
  expect(answers.sort()).toEqual([...bodies].sort());
  expect(deadLetters(workspace)).toEqual({});
  expect(faultsOf(root, ["a"])).toEqual([]);
});
