import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { CONTROLS, type Message } from "../../src/protocol/message.ts";
import { bodyHash, formatMessage, parseEnvelope, parseMessage } from "../../src/protocol/message-codec.ts";
import {
  address,
  amounts,
  hostileText,
  messageId,
  plainValue,
  record,
  subtaskId,
  taskId,
  time,
} from "./arbitraries.ts";
import { codeOf } from "./code-of.ts";

const whole = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => record(fields, {});
const bytes = (text: string) => new TextEncoder().encode(text);
const again = (message: Message) => parseMessage(bytes(formatMessage(message)));

const attachment = whole({
  name: fc.string({ minLength: 1, maxLength: 20 }),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  bytes: fc.nat(),
  media_type: fc.constantFrom("text/plain", "application/octet-stream"),
});
const trace = record(
  { root: taskId, depth: fc.nat(5), path: fc.array(address, { maxLength: 4 }) },
  { traceparent: fc.string() },
);
const extra = fc.dictionary(
  fc.stringMatching(/^(x_[a-z]{1,8}|toString|valueOf|hasOwnProperty)$/),
  plainValue,
  {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  },
);
const common = {
  version: fc.constant(2 as const),
  id: messageId,
  task_id: taskId,
  attempt: fc.integer({ min: 1, max: 50 }),
  from: address,
  to: address,
  sent_at: time,
};
const optional = { subtask_id: subtaskId, in_reply_to: messageId, signature: fc.string(), extra };
const title = fc.constantFrom("Audit", "A # title: with #s ##", 'ü — "x"');
const filled = hostileText.map((text) => text || "x");

const message: fc.Arbitrary<Message> = fc.oneof(
  record(
    {
      ...common,
      type: fc.constant("task" as const),
      body: whole({
        title,
        context: hostileText,
        instructions: hostileText,
        expected_output: hostileText,
      }),
    },
    {
      ...optional,
      trace,
      deadline_in: fc.nat(),
      budget: amounts,
      policy: fc.constant({ on_failure: "continue" as const }),
      attachments: fc.array(attachment, { maxLength: 2 }),
    },
  ),
  record(
    {
      ...common,
      type: fc.constant("reply" as const),
      status: fc.constant("done" as const),
      completed_at: time,
      body: whole({ results: hostileText, error: fc.constant(""), partial: fc.constant("") }),
    },
    { ...optional, trace, used: amounts, attachments: fc.array(attachment, { maxLength: 2 }) },
  ),
  record(
    {
      ...common,
      type: fc.constant("reply" as const),
      status: fc.constantFrom("failed" as const, "cancelled" as const),
      completed_at: time,
      body: whole({ results: fc.constant(""), error: hostileText, partial: filled }),
    },
    { ...optional, used: amounts },
  ),
  record(
    {
      ...common,
      type: fc.constant("control" as const),
      control: fc.constantFrom(...CONTROLS),
      body: whole({ text: hostileText }),
    },
    optional,
  ),
  record(
    {
      ...common,
      type: fc.constant("outcome" as const),
      outcome: fc.constantFrom("results" as const, "plan" as const, "ask" as const, "error" as const),
      body: whole({ text: hostileText }),
    },
    { ...optional, question: messageId, used: amounts },
  ),
  record(
    {
      ...common,
      type: fc.constant("progress" as const),
      note: fc.string({ maxLength: 100 }),
      body: whole({ text: hostileText }),
    },
    optional,
  ),
) as fc.Arbitrary<Message>;

describe("a message of version 2", () => {
  property.prop([message], { numRuns: 1000 })("comes back as it was", (sent) => {
    expect(again(sent)).toStrictEqual(sent);
    expect(formatMessage(again(sent))).toBe(formatMessage(sent));
  });

  test("reads as a person would write it", () => {
    const sent: Message = {
      version: 2,
      type: "task",
      id: "m-0123456789abcdef01234567",
      from: "lead",
      to: "reader",
      task_id: "audit-k3f9",
      subtask_id: "scan-routes",
      attempt: 1,
      sent_at: "2026-11-20T10:00:00.000Z",
      trace: { root: "audit-k3f9", depth: 1, path: ["human", "lead"] },
      deadline_in: 1_800_000,
      body: { title: "Scan the routes", context: "", instructions: "List them.", expected_output: "A list" },
    };
    expect(formatMessage(sent)).toBe(`---
clawflow: 2
type: task
id: m-0123456789abcdef01234567
from: lead
to: reader
task_id: audit-k3f9
subtask_id: scan-routes
attempt: 1
sent_at: 2026-11-20T10:00:00.000Z
trace: {root: audit-k3f9, depth: 1, path: [human, lead]}
deadline_in: 1800000
---
# Task: Scan the routes

## Context

## Instructions

List them.

## Expected Output

A list

`);
  });

  test("half a character becomes U+FFFD, and the hash is of that", () => {
    const sent = again(replyOf("done", "a\ud800b"));
    expect(sent.body).toMatchObject({ results: "a\ufffdb" });
  });
});

function replyOf(status: "done" | "failed", text: string): Message {
  const failed = status === "failed";
  return {
    version: 2,
    type: "reply",
    id: "m-1",
    from: "reader",
    to: "lead",
    task_id: "t1",
    subtask_id: "scan",
    attempt: 3,
    sent_at: "2026-11-20T10:00:00.000Z",
    completed_at: "2026-11-20T10:00:01.000Z",
    status,
    body: { results: failed ? "" : text, error: failed ? text : "", partial: failed ? "None" : "" },
  };
}

describe("a message of version 1", () => {
  property.prop([message.filter(({ type }) => type === "task" || type === "reply")], { numRuns: 300 })(
    "says the same work, and equal work has an equal hash",
    (sent) => {
      const old = { ...sent, version: 1 } as Message;
      const text = formatMessage(old);
      const back = parseMessage(bytes(text));
      expect(back.version).toBe(1);
      expect(back.id).toMatch(/^v1-[0-9a-f]{24}$/);
      expect(back.body).toStrictEqual(sent.body);
      expect(back).toMatchObject({
        task_id: sent.task_id,
        from: sent.from,
        to: sent.to,
        sent_at: sent.sent_at,
      });
      if (sent.subtask_id !== undefined) {
        expect(back).toMatchObject({ subtask_id: sent.subtask_id, attempt: sent.attempt });
      }
      if (sent.type === "task" && back.type === "task") expect(bodyHash(back)).toBe(bodyHash(sent));
      expect(formatMessage(back)).toBe(text);
    },
  );

  test("has the fields of version 1 alone", () => {
    const text = formatMessage({ ...replyOf("failed", "no"), version: 1 } as Message);
    expect(text).toBe(`---
type: reply
task_id: t1
subtask_id: scan--3
from: reader
to: lead
status: failed
sent_at: 2026-11-20T10:00:00.000Z
completed_at: 2026-11-20T10:00:01.000Z
---
## Error

no

## Partial Results

None

`);
  });

  test("as a person writes it: no receiver, no times, unknown fields, CRLF", () => {
    const text =
      "---\r\ntype: task\r\ntask_id: t1\r\nfrom: human\r\npriority: 3\r\n---\r\n# Find the bug\r\n\r\nIt is in src/.\r\n";
    expect(parseMessage(bytes(text), { to: "lead" })).toEqual({
      version: 1,
      type: "task",
      id: expect.stringMatching(/^v1-/),
      task_id: "t1",
      from: "human",
      to: "lead",
      attempt: 1,
      sent_at: "",
      extra: { priority: 3 },
      body: {
        title: "Find the bug",
        context: "",
        instructions: "# Find the bug\r\n\r\nIt is in src/.",
        expected_output: "",
      },
    });
  });

  test("gets its id from its bytes", () => {
    const one = parseMessage(bytes("---\ntype: task\ntask_id: t1\nfrom: human\n---\nx\n"), { to: "a" });
    const two = parseMessage(bytes("---\ntype: task\ntask_id: t1\nfrom: human\n---\ny\n"), { to: "a" });
    expect(one.id).not.toBe(two.id);
  });
});

describe("the body of a task", () => {
  const head = "---\ntype: task\ntask_id: t1\nfrom: human\nto: lead\n---\n";
  const bodyOf = (body: string) => parseMessage(bytes(head + body)).body;

  test.each([
    ["a title and text", "# Task: Go\n\nDo it.\n", { title: "Go", instructions: "Do it." }],
    ["sections without a title", "## Instructions\nDo it.\n", { title: "Do it.", instructions: "Do it." }],
    [
      "text outside of its section",
      "Hello\n# Task: Go\nfirst\n## Context\nc\n## Instructions\nDo it.\n",
      { title: "Go", context: "c", instructions: "Hello\n\nfirst\n\nDo it." },
    ],
    ["headings in another case", "# TASK: Go\n## INSTRUCTIONS\nDo\n", { title: "Go", instructions: "Do" }],
    ["a long first line", `${"word ".repeat(40)}\n`, { title: `${"word ".repeat(20).trimEnd()}…` }],
    ["nothing", "", { title: "", instructions: "" }],
  ])("%s", (_, body, expected) => {
    expect(bodyOf(body)).toMatchObject(expected);
  });
});

const good: Record<string, unknown> = {
  clawflow: 2,
  type: "task",
  id: "m-1",
  from: "lead",
  to: "reader",
  task_id: "t1",
};
const file = (fields: Record<string, unknown>) =>
  bytes(
    `---\n${Object.entries({ sent_at: "x", ...fields })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join("\n")}\n---\n## Instructions\nx\n`,
  );

describe("parseMessage refuses", () => {
  const badIds = [
    "../x",
    "..",
    ".",
    "a/../../b",
    "/etc/passwd",
    '"..\\\\x"',
    '"%2e%2e"',
    '""',
    '"a b"',
    "-rf",
    ".git",
    '"$(id)"',
    '"*"',
    '"a\\0b"',
    '"a\\nb"',
    '"a\\u202eb"',
    '"а"',
    '"a\\u200b"',
    '"e\\u0301"',
    "a..b",
    "x".repeat(300),
    '"a "',
  ];

  test.each(badIds)("task_id: %s", (id) => {
    expect(codeOf(() => parseMessage(file({ ...good, task_id: id })))).toBe("E_ID task_id");
  });

  test.each([...badIds, "Scan", "a_b", "a--2", "2a"])("subtask_id: %s", (id) => {
    expect(codeOf(() => parseMessage(file({ ...good, subtask_id: id })))).toBe("E_ID subtask_id");
  });

  test.each([
    ...badIds.filter((id) => id !== '""'),
    "Lead",
    "a.b",
    "a@",
    '"@a"',
    "a@b@c",
    "self",
    "system",
    "self@b",
  ])("from: %s", (id) => {
    expect(codeOf(() => parseMessage(file({ ...good, from: id })))).toBe("E_ID from");
  });

  test.each(["../x", '"a b"', "x".repeat(201), '""', '"a\\nb"', "/a", '"\\e[31m"'])("id: %s", (id) => {
    expect(codeOf(() => parseMessage(file({ ...good, id })))).toBe("E_ID id");
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["no type", { type: undefined }, "E_FIELD type"],
    ["a blank type", { type: "" }, "E_FIELD type"],
    ["an unknown type", { type: "letter" }, "E_TYPE type"],
    ["an inherited type", { type: "toString" }, "E_TYPE type"],
    ["a list as type", { type: ["task"] }, "E_TYPE type"],
    ["a later version", { clawflow: 3 }, "E_VERSION clawflow"],
    ["a later version of another type", { clawflow: 7, type: "letter" }, "E_VERSION clawflow"],
    ["a version that never was", { clawflow: 1.5 }, "E_FIELD clawflow"],
    ["a version as text", { clawflow: '"2"' }, "E_FIELD clawflow"],
    ["no id", { id: undefined }, "E_FIELD id"],
    ["no sender", { from: undefined }, "E_FIELD from"],
    ["a blank sender", { from: "" }, "E_FIELD from"],
    ["senders", { from: ["a", "b"] }, "E_FIELD from"],
    ["no receiver", { to: undefined }, "E_FIELD to"],
    ["1,000 receivers", { to: Array(1000).fill("a") }, "E_FIELD to"],
    ["no task", { task_id: undefined }, "E_FIELD task_id"],
    ["a task that is a number", { task_id: 20261120 }, "E_FIELD task_id"],
    ["no time", { sent_at: undefined }, "E_FIELD sent_at"],
    ["attempt 0", { attempt: 0 }, "E_FIELD attempt"],
    ["attempt 1.5", { attempt: 1.5 }, "E_FIELD attempt"],
    ["a negative deadline", { deadline_in: -1 }, "E_FIELD deadline_in"],
    ["a deadline that is not a number", { deadline_in: ".nan" }, "E_FIELD deadline_in"],
    ["an endless deadline", { deadline_in: ".inf" }, "E_FIELD deadline_in"],
    ["an endless budget", { budget: "{usd: 1e999}" }, "E_FIELD budget.usd"],
    ["an unknown budget", { budget: { euros: 1 } }, "E_FIELD budget.euros"],
    ["a trace with a bad agent", { trace: { root: "t1", depth: 1, path: ["a", "B"] } }, "E_ID trace.path[1]"],
    ["a negative depth", { trace: { root: "t1", depth: -1, path: [] } }, "E_FIELD trace.depth"],
    ["a reply without a status", { type: "reply", completed_at: "x" }, "E_FIELD status"],
    ["a reply that still runs", { type: "reply", completed_at: "x", status: "running" }, "E_FIELD status"],
    ["a control of no kind", { type: "control" }, "E_FIELD control"],
    ["an unknown control", { type: "control", control: "explode" }, "E_FIELD control"],
    ["an unknown outcome", { type: "outcome", outcome: "maybe" }, "E_FIELD outcome"],
    ["progress without a note", { type: "progress" }, "E_FIELD note"],
    [
      "an attachment without a hash",
      { attachments: [{ name: "a", bytes: 1 }] },
      "E_FIELD attachments[0].sha256",
    ],
    [
      "a control of version 1",
      { clawflow: undefined, type: "control", control: "cancel" },
      "E_FIELD clawflow",
    ],
    ["a version 1 subtask with a bad end", { clawflow: undefined, subtask_id: "a--0" }, "E_ID subtask_id"],
    ["a version 1 message to nobody", { clawflow: undefined, to: undefined }, "E_FIELD to"],
  ])("%s", (_, change, expected) => {
    expect(codeOf(() => parseMessage(file({ ...good, ...change })))).toBe(expected);
  });

  test("bytes that are not text", () => {
    expect(codeOf(() => parseMessage(Uint8Array.from([0xff, 0xfe, 0x00])))).toBe("E_UTF8");
    expect(codeOf(() => parseMessage(new Uint8Array(0)))).toBe("E_FRONTMATTER line 1");
  });

  test("a head of megabytes, before it is read", () => {
    const start = performance.now();
    const large = file({ ...good, note: "[".repeat(4_000_000) });
    expect(codeOf(() => parseMessage(large))).toBe("E_TOO_LARGE frontmatter");
    expect(parseEnvelope(large)).toMatchObject({ from: "lead", task_id: "t1" });
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test("with a message that says what is expected, what was found, and where", () => {
    expect(() => parseMessage(file({ ...good, type: "letter" }))).toThrow(
      'type: not a kind of message; expected task | reply | control | outcome | progress; found "letter"',
    );
    expect(() => parseMessage(file({ ...good, budget: { token: 1 } }))).toThrow(/Did you mean tokens\?/);
  });
});

describe("parseMessage takes", () => {
  test.each<[string, Record<string, unknown>]>([
    ["1970", { sent_at: "1970-01-01T00:00:00Z" }],
    ["9999", { sent_at: "9999-12-31T23:59:59Z" }],
    ["a task to oneself", { to: "lead" }],
    ["a blank subtask", { subtask_id: "" }],
    ["names that only Windows minds", { task_id: "CON" }],
    ["an agent of another root", { from: "lead@other-root" }],
  ])("%s", (_, change) => {
    expect(codeOf(() => parseMessage(file({ ...good, ...change })))).toBe("taken");
  });

  test("unknown fields, and gives them back", () => {
    const back = parseMessage(file({ ...good, mood: "good", list: [1, { a: null }] }));
    expect(back.extra).toEqual({ mood: "good", list: [1, { a: null }] });
    expect(again(back)).toStrictEqual(back);
  });

  test("and those of them that are named as what every object has", () => {
    const back = parseMessage(file({ ...good, toString: 1, valueOf: "two", hasOwnProperty: [3] }));
    expect(again(back).extra).toStrictEqual({ toString: 1, valueOf: "two", hasOwnProperty: [3] });
  });
});

describe("parseEnvelope", () => {
  const known = { type: "task", id: "m-1", from: "lead", task_id: "t1", subtask_id: "scan", attempt: 2 };

  test.each([
    ["a message that can be taken", formatMessage(replyOf("done", "")), { type: "reply" }],
    ["a later version", text({ ...known, clawflow: 3, type: "letter" }), { ...known, type: "letter" }],
    ["a key twice", `${text(known).slice(0, -5)}\nid: m-2\n---\n`, known],
    ["no end", text(known).slice(0, -4), known],
    ["ids that are not", text({ ...known, from: "../x", task_id: "a..b" }), { type: "task", id: "m-1" }],
    [
      "version 1",
      text({ ...known, subtask_id: "scan--3", attempt: undefined }),
      { subtask_id: "scan", attempt: 3 },
    ],
    ["no frontmatter", "type: task\nfrom: lead\n", {}],
    ["nothing", "", {}],
  ])("of %s", (_, source, expected) => {
    expect(parseEnvelope(bytes(source))).toMatchObject(expected);
    if (Object.keys(expected).length === 0) expect(parseEnvelope(bytes(source))).toEqual({});
  });

  test("never gives an id that is not one", () => {
    expect(parseEnvelope(bytes(text({ ...known, from: "../x", task_id: "a..b" })))).not.toHaveProperty(
      "from",
    );
    expect(parseEnvelope(bytes(text({ ...known, from: "../x", task_id: "a..b" })))).not.toHaveProperty(
      "task_id",
    );
  });

  property.prop([fc.uint8Array({ maxLength: 200 })])("never throws", (any) => {
    parseEnvelope(any);
  });

  function text(fields: Record<string, unknown>): string {
    return new TextDecoder()
      .decode(file({ ...fields, sent_at: undefined }))
      .replace(/---\n## [\s\S]*$/, "---\n");
  }
});
