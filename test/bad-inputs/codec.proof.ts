import { fc } from "@fast-check/vitest";
import { afterAll, describe, expect, test } from "vitest";
import { parseEdit } from "../../src/protocol/edit-body.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { formatTask } from "../../src/protocol/format-task.ts";
import { decodeUtf8 } from "../../src/protocol/frontmatter.ts";
import { formatMessage, parseEnvelope, parseMessage } from "../../src/protocol/message-codec.ts";
import { parseBrainOutput, parseTextAnswer } from "../../src/protocol/parse-outcome.ts";
import { parseTeam } from "../../src/protocol/parse-team.ts";
import { parseYaml } from "../../src/protocol/parse-yaml.ts";
import { readEdit } from "../../src/protocol/read-edit.ts";
import { parseTask } from "../../src/protocol/task-document.ts";
import { readTaskHead } from "../../src/protocol/task-head.ts";
import { recordProof } from "../proof/record-proof.ts";
import { task as anyTask } from "../protocol/any-task.ts";
import { quickOrFull } from "../suite-size.ts";
import { anyBytes, anyFile, anyYaml, damaged } from "./arbitrary-inputs.ts";

/** Milliseconds of the processor that one input may take at one reader. */
const MOST_MS = 100;
const RUNS = quickOrFull(5_000, 100_000);

const text = (read: (text: string) => unknown) => (bytes: Uint8Array) => read(decodeUtf8(bytes));

const [TASK, OTHER_TASK] = fc
  .sample(anyTask, { numRuns: 2, seed: 7 })
  .map((task) => formatTask(task).text) as [string, string];

/** Everything that reads what others wrote. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  message: (bytes) => again(parseMessage(bytes, { to: "echo" })),
  envelope: parseEnvelope,
  task: text(parseTask),
  head: text(readTaskHead),
  edit: text((edited) => readEdit(TASK, edited)),
  "edit by message": text(parseEdit),
  team: text(parseTeam),
  yaml: text((yaml) => parseYaml(yaml, "E_FIELD")),
  "output of a command": text(parseBrainOutput),
  "answer of a model": text(parseTextAnswer),
};

/** What was taken is written, and read back as the same. */
function again(message: ReturnType<typeof parseMessage>): void {
  if (message.version === 1) return;
  expect(parseMessage(Buffer.from(formatMessage(message)), { to: "echo" })).toEqual(message);
}

const counts = { inputs: 0, read: 0, refused: 0, crashed: 0, hung: 0, longest: 0 };

function readBy(name: string, bytes: Uint8Array): void {
  const read = READERS[name] as (bytes: Uint8Array) => unknown;
  const took = timed(() => {
    try {
      read(bytes);
      counts.read += 1;
    } catch (error) {
      if (!(error instanceof ClawflowError) || error.code === "E_INTERNAL") {
        counts.crashed += 1;
        // At once: a suite that is ended before its end has no report.
        if (counts.crashed === 1)
          console.log(`${name} crashes on base64 ${Buffer.from(bytes).toString("base64")}: ${String(error)}`);
        throw error;
      }
      counts.refused += 1;
      expect(error.message.length).toBeLessThan(2_000);
      expect(error.message.isWellFormed()).toBe(true);
    }
  });
  // Again where it may have been the collector, or a compiler at work.
  let longest = took;
  for (let n = 0; n < 5 && longest > MOST_MS; n++)
    longest = Math.min(
      longest,
      timed(() => quietly(() => read(bytes))),
    );
  counts.longest = Math.max(counts.longest, longest);
  if (longest <= MOST_MS) return;
  counts.hung += 1;
  throw new Error(`${name} takes ${longest} ms`);
}

function quietly(action: () => unknown): void {
  try {
    action();
  } catch {}
}

function timed(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const MESSAGES = [
  "---\nclawflow: 2\ntype: task\nid: h-1\nfrom: human\nto: echo\ntask_id: t\nattempt: 1\nsent_at: 2026-11-20T12:00:00Z\nbudget: {tokens: 10, usd: 0.5}\ntrace: {root: t, depth: 1, path: [a, echo]}\nattachments: [{name: a.md, sha256: 0000000000000000000000000000000000000000000000000000000000000000, bytes: 3}]\n---\n# Task: A\n\n## Context\n\nx\n\n## Instructions\n\ny\n",
  "---\nclawflow: 2\ntype: reply\nid: m-1\nfrom: worker\nto: echo\ntask_id: t\nsubtask_id: s\nattempt: 1\nstatus: done\nsent_at: now\nused: {tokens: 3}\n---\n## Results\n\n<!-- begin results 7f3a -->\n## Error\n<!-- end results 7f3a -->\n",
  "---\nclawflow: 2\ntype: control\nid: m-2\nfrom: human\nto: echo\ntask_id: t\nattempt: 1\nsent_at: now\ncontrol: edit\n---\nsubtasks:\n  a: {agent: b, description: c}\n",
  '---\nclawflow: 2\ntype: outcome\nid: m-3\nfrom: echo\nto: echo\ntask_id: t\nattempt: 1\nsent_at: now\noutcome: subtasks\n---\n```json\n{"subtasks": {"a": {"agent": "self", "description": "x"}}}\n```\n',
  "---\ntype: task\ntask_id: t\nfrom: human\npriority: 3\n---\n# Find it\n",
];

const KINDS: [name: string, share: number, inputs: fc.Arbitrary<Uint8Array>, readers: string[]][] = [
  ["any bytes", 0.2, anyBytes, Object.keys(READERS)],
  ["messages with bytes changed", 0.25, damaged(MESSAGES), ["message", "envelope"]],
  [
    "any YAML as the head of a file",
    0.3,
    anyFile.map((file) => Buffer.from(file)),
    ["message", "envelope", "task", "head", "edit"],
  ],
  [
    "any YAML",
    0.15,
    anyYaml.map((yaml) => Buffer.from(yaml)),
    ["yaml", "team", "edit by message", "output of a command", "answer of a model"],
  ],
  ["task.md with bytes changed", 0.1, damaged([TASK, OTHER_TASK]), ["task", "head", "edit"]],
];

describe("no reader crashes or hangs", () => {
  test.each(KINDS)(
    "on %s",
    async (_, share, inputs, readers) => {
      const property = fc.property(inputs, (bytes) => {
        counts.inputs += 1;
        for (const reader of readers) readBy(reader, bytes);
      });
      await fc.assert(property, { numRuns: Math.round(RUNS * share) });
    },
    3_600_000,
  );
});

afterAll(() => {
  const { inputs, longest, ...rest } = counts;
  const seen = { ...rest, "longest ms": Math.round(longest) };
  recordProof({
    fault: "codec",
    what: "arbitrary bytes, YAML, and good files with bytes changed",
    cases: inputs,
    counts: seen,
  });
});
