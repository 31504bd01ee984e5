import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import {
  checkAgentId,
  checkTaskId,
  folderName,
  isSubtaskId,
  isTaskId,
  keptFileName,
  localTaskId,
  MESSAGE_FILE_NAME,
  messageFileName,
  messageId,
} from "../../src/protocol/ids.ts";
import { codeOf } from "./code-of.ts";

const HOSTILE = [
  "",
  ".",
  "..",
  "../x",
  "..\\x",
  "/etc/passwd",
  "a/../../b",
  "%2e%2e",
  "a b",
  " a",
  "a\n",
  "a\0b",
  "-a",
  ".git",
  "$(id)",
  "*",
  "a\u202eb",
  "\u200ba",
  "аudit",
  "e\u0301",
  "a..b",
];

describe("keptFileName", () => {
  test("keeps what is short, and shortens what is long to a name that no other has", () => {
    expect(keptFileName("a b.md")).toBe("a b.md");
    const names = ["x", "y"].map((last) => keptFileName(`${"\u{1f600}".repeat(60)}${last}.md`));
    expect(new Set(names).size).toBe(2);
    for (const name of names) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(120);
      expect(name).toMatch(/^(\u{1f600})+-[0-9a-f]{12}\.md$/u);
    }
  });
});

describe("ids", () => {
  test.each(HOSTILE)("%j names no agent, task or subtask", (text) => {
    expect(isTaskId(text)).toBe(false);
    expect(isSubtaskId(text)).toBe(false);
    expect(codeOf(() => checkTaskId(text))).toBe("E_ID task_id");
    expect(codeOf(() => checkAgentId(text))).toBe("E_ID agent");
  });

  test.each(["human", "self", "system", "Lead", "a.b", "a".repeat(65)])("%s is no agent id", (text) => {
    expect(codeOf(() => checkAgentId(text, "to"))).toBe("E_ID to");
  });

  test.each(["Scan", "a_b", "2a", "a--2", "a".repeat(65)])("%s is no subtask id", (text) => {
    expect(isSubtaskId(text)).toBe(false);
  });

  test.each(["a", "Audit-K3.f9_2", "0", "CON", "a".repeat(200)])("%s is a task id", (text) => {
    expect(isTaskId(text)).toBe(true);
  });
});

const taskId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/).filter((id) => !id.includes(".."));
const SAFE_NAME = /^[a-z0-9][a-z0-9._-]*$/;

describe("names on disk (H34)", () => {
  property.prop([taskId, taskId])("two ids never share a folder, also where case is ignored", (a, b) => {
    for (const name of [folderName(a), folderName(b)]) {
      expect(name).toMatch(SAFE_NAME);
      expect(name.length).toBeLessThanOrEqual(120);
      expect(name.endsWith(".")).toBe(false);
    }
    if (a !== b) expect(folderName(a)).not.toBe(folderName(b));
    expect(folderName(a.toUpperCase()) === folderName(a)).toBe(a.toUpperCase() === a);
  });

  property.prop([
    taskId,
    fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{0,63}$/), { nil: undefined }),
    fc.nat(),
    fc.string(),
  ])(
    "a message's name is short, safe and of the runtime's own pattern",
    (task_id, subtask_id, attempt, id) => {
      const name = messageFileName({ type: "reply", task_id, subtask_id, attempt, id });
      expect(name).toMatch(MESSAGE_FILE_NAME);
      expect(name.length).toBeLessThanOrEqual(120);
    },
  );

  test.each(["4913", ".x.swp", "x~.md", "task.md", "reply.md", "task-a-1-0123456789ab.md.tmp"])(
    "H33: %s is not of the runtime's own pattern",
    (name) => {
      expect(name).not.toMatch(MESSAGE_FILE_NAME);
    },
  );
});

describe("identity", () => {
  const key = {
    from: "lead",
    to: "reader",
    task_id: "t",
    subtask_id: "s",
    type: "task",
    attempt: 1,
    number: 1,
  };

  test("a message id depends on each part of its key", () => {
    const others = [
      { ...key, from: "lead2" },
      { ...key, to: "reader2" },
      { ...key, task_id: "t2" },
      { ...key, subtask_id: undefined },
      { ...key, type: "reply" },
      { ...key, attempt: 2 },
      { ...key, number: 2 },
    ];
    const ids = [key, ...others].map(messageId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(messageId({ ...key })).toBe(ids[0]);
  });

  test("H9, H11: subtasks, attempts and senders have folders of their own", () => {
    const work = { task_id: "audit", subtask_id: "scan", attempt: 1 };
    expect(localTaskId(work)).toBe("audit.scan");
    expect(localTaskId({ ...work, attempt: 2 })).toBe("audit.scan_2");
    expect(localTaskId({ task_id: "audit", attempt: 1 })).toBe("audit");
    expect(localTaskId(work, "lead")).not.toBe(localTaskId(work, "boss"));
    expect(isTaskId(localTaskId({ ...work, task_id: "a".repeat(200) }, "lead"))).toBe(true);
  });
});
