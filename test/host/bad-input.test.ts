import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { sha256 } from "../../src/protocol/ids.ts";
import { deadLetters, faultsOf, messagesIn, replyToHuman } from "./files.ts";
import { startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const good = (id: string, more = "") =>
  `---\nclawflow: 2\nid: h-${id.replaceAll("/", "-").replace(/^\.+/, "")}\ntype: task\ntask_id: ${id}\nattempt: 1\nfrom: human\nto: echo\nsent_at: 2026-11-20T12:00:00Z\n${more}---\n# Task: ${id}\n\n## Context\n\n## Instructions\n\nSay it.\n\n## Expected Output\n`;

let root: string;
let inbox: string;
let host: Host;
let outside: string;
beforeEach(async () => {
  outside = tempRoot();
  root = join(outside, "root");
  host = await startHost({ root, agents: { echo: { brain: ({ task }) => `${task.task_id} done` } } });
  inbox = join(root, "echo", "mailbox", "inbox");
});

/** Waits until it lies in `dead/`, and lets the next message be done. */
async function refused(name = "Bad.md"): Promise<string> {
  const workspace = join(root, "echo");
  const reason = await until(() => deadLetters(workspace)[name], `${name} in dead/`);
  writeFileSync(join(inbox, "Next.md"), good("next"));
  expect((await replyToHuman(workspace, "next")).body.results).toBe("next done");
  await host.stop();
  expect(faultsOf(root, ["echo"])).toEqual([]);
  return reason;
}

const marker = () => join(outside, "executed");
const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefghi"].map((name, n) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[n]}`).join(", ")}]`).join("\n")}\n`;

const TEXTS: [string, () => string | Uint8Array, RegExp][] = [
  ["no frontmatter", () => "hello", /^E_FRONTMATTER: /],
  ["an empty file", () => "", /^E_FRONTMATTER: /],
  ["frontmatter that is not closed", () => good("x").replace("---\n# Task", "\n# Task"), /^E_FRONTMATTER: /],
  ["an id that leaves the folder", () => good("../../../tmp/x"), /^E_ID: .*task_id/],
  ["a subtask id that leaves the folder", () => good("x", "subtask_id: ../y\n"), /^E_ID: .*subtask_id/],
  [
    "a sender that leaves the folder",
    () => good("x").replace("from: human", "from: ../lead"),
    /^E_ID: .*from/,
  ],
  [
    "invalid UTF-8",
    () => Buffer.from(good("x").replace("Say it", "Say \u0000it")).map((byte) => (byte === 0 ? 0xff : byte)),
    /^E_UTF8: /,
  ],
  ["an alias bomb", () => good("x", bomb), /^E_FRONTMATTER: /],
  ["deep nesting", () => good("x", `deep: ${"[".repeat(50_000)}${"]".repeat(50_000)}\n`), /^E_FRONTMATTER: /],
  ["duplicate keys", () => good("x", "from: human\n"), /^E_FRONTMATTER: /],
  ["__proto__", () => good("x", "__proto__: {polluted: yes}\n"), /^E_F(RONTMATTER|IELD): /],
  ["an unknown kind", () => good("x").replace("type: task", "type: gossip"), /^E_TYPE: .*gossip/],
  ["a future version", () => good("x").replace("clawflow: 2", "clawflow: 3"), /^E_VERSION: /],
  ["another receiver", () => good("x").replace("to: echo", "to: other"), /^E_NOT_YOURS: /],
  ["a wrong field", () => good("x").replace("attempt: 1", "attempt: often"), /^E_FIELD: .*attempt/],
  [
    "a fence of JavaScript",
    () => `---js\nrequire("node:fs").writeFileSync(${JSON.stringify(marker())}, "")\n---\n# Task: x\n`,
    /^E_FRONTMATTER: /,
  ],
  [
    "a tag of JavaScript",
    () => good("x", `evil: !!js/function "function () { }"\n`),
    /^E_F(RONTMATTER|IELD): /,
  ],
];

test("text that is no message: each has its reason, and the good one among them is done", async () => {
  const workspace = join(root, "echo");
  for (const [n, [, content]] of TEXTS.entries()) writeFileSync(join(inbox, `Bad-${n}.md`), content());
  writeFileSync(join(inbox, "Good.md"), good("good"));
  expect((await replyToHuman(workspace, "good")).body.results).toBe("good done");
  await until(() => Object.keys(deadLetters(workspace)).length === TEXTS.length, "all of them in dead/");
  const reasons = deadLetters(workspace);
  for (const [n, [what, , reason]] of TEXTS.entries()) expect(reasons[`Bad-${n}.md`], what).toMatch(reason);
  expect(existsSync(marker())).toBe(false);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  await host.stop();
  expect(faultsOf(root, ["echo"])).toEqual([]);
});

describe("what is no file, or too large", () => {
  test("a symbolic link is not followed", async () => {
    writeFileSync(join(outside, "secret.md"), good("secret"));
    symlinkSync(join(outside, "secret.md"), join(inbox, "Bad.md"));
    expect(await refused()).toMatch(/^E_NOT_A_FILE: .*symbolic link/);
    expect(host.task("echo", "secret")).toBeUndefined();
  });

  test("a folder", async () => {
    mkdirSync(join(inbox, "Bad.md"));
    writeFileSync(join(inbox, "Bad.md", "inner.md"), good("inner"));
    expect(await refused()).toMatch(/^E_NOT_A_FILE: .*folder/);
  });

  test("a pipe is not waited for", async () => {
    execFileSync("mkfifo", [join(inbox, "Bad.md")]);
    expect(await refused()).toMatch(/^E_NOT_A_FILE: .*pipe/);
  });

  test("more than 4 MiB", async () => {
    writeFileSync(join(inbox, "Bad.md"), good("x").replace("Say it.", "x".repeat(4 * 1024 * 1024)));
    expect(await refused()).toMatch(/^E_TOO_LARGE: .*4194304/);
  });
});

test("work whose attachment is not here is not begun, and done once it comes with it", async () => {
  const hash = sha256("report");
  const work = (id: string) =>
    good("with-file", `attachments: [{name: report.md, sha256: ${hash}, bytes: 6}]\n`).replace(
      "h-with-file",
      id,
    );
  writeFileSync(join(inbox, "Bad.md"), work("h-1"));
  expect(await until(() => deadLetters(join(root, "echo"))["Bad.md"], "Bad.md in dead/")).toMatch(
    /^E_BLOB: .*report\.md.*6 bytes in mailbox\/blobs/,
  );
  const { status, body } = await replyToHuman(join(root, "echo"), "with-file");
  expect([status, body.error]).toEqual(["failed", expect.stringMatching(/^E_BLOB: /)]);
  expect(host.task("echo", "with-file")).toBeUndefined();
  const blobs = join(root, "echo", "mailbox", "blobs", "sha256", hash.slice(0, 2));
  mkdirSync(blobs, { recursive: true });
  writeFileSync(join(blobs, hash), "report");
  writeFileSync(join(inbox, "Again.md"), work("h-2"));
  expect((await host.finished("echo", "with-file")).status).toBe("done");
  await host.stop();
  expect(faultsOf(root, ["echo"])).toEqual([]);
});

test("many bad messages at once stop none of the good ones", async () => {
  for (let n = 0; n < 30; n++) {
    writeFileSync(
      join(inbox, `Bad-${n}.md`),
      n % 2 === 0 ? "nothing" : good("x").replace("task_id: x", "task_id: ../x"),
    );
    writeFileSync(join(inbox, `Good-${n}.md`), good(`good-${n}`));
  }
  const workspace = join(root, "echo");
  await until(() => messagesIn(workspace, "outbox").size === 30, "30 replies");
  await until(() => Object.keys(deadLetters(workspace)).length === 30, "30 dead letters");
});

test("H18: the sender of what cannot be read is told, with the code", async () => {
  const rooted = tempRoot();
  const events: string[] = [];
  const team = await startHost({
    root: rooted,
    agents: { lead: { brain: () => "x", peers: ["echo"] }, echo: { brain: () => "x" } },
  });
  team.on((event) => event.type === "message:ignored" && events.push(event.note));
  const message = good("big", "subtask_id: one\n")
    .replace("clawflow: 2", "clawflow: 9")
    .replace("from: human", "from: lead");
  writeFileSync(join(rooted, "echo", "mailbox", "inbox", "Future.md"), message);
  const reply = await until(() => {
    const sent = [...messagesIn(join(rooted, "echo"), "outbox").values()];
    return sent.find(({ type }) => type === "reply");
  });
  expect(reply).toMatchObject({ to: "lead", task_id: "big", subtask_id: "one", status: "failed" });
  expect(reply.type === "reply" && reply.body.error).toMatch(/^E_VERSION: /);
});

describe("what a brain says", () => {
  const lead = async (answer: unknown) => {
    const team = tempRoot();
    const brains = await startHost({
      root: team,
      agents: {
        lead: { brain: () => answer as string, peers: ["reader", "writer"] },
        reader: { brain: () => "x" },
        writer: { brain: () => "x" },
        hidden: { brain: () => "x" },
      },
    });
    writeFileSync(
      join(team, "lead", "mailbox", "inbox", "Plan.md"),
      good("plan").replace("to: echo", "to: lead"),
    );
    const { body } = await replyToHuman(join(team, "lead"), "plan");
    expect(messagesIn(join(team, "reader"), "archive").size).toBe(0);
    await brains.stop();
    expect(faultsOf(team, ["lead", "reader", "writer", "hidden"])).toEqual([]);
    return body.error;
  };
  const plan = (subtasks: Record<string, [string, string[]]>) => ({
    subtasks: Object.fromEntries(
      Object.entries(subtasks).map(([id, [agent, depends_on]]) => [
        id,
        { agent, description: id, depends_on },
      ]),
    ),
  });

  test("a plan with a cycle names it", async () => {
    const cycle = plan({ a: ["reader", ["c"]], b: ["reader", ["a"]], c: ["writer", ["b"]] });
    expect(await lead(cycle)).toMatch(/E_CYCLE: .*a.*b.*c.*/);
  });

  test("a plan for an agent that it cannot reach lists those that it can", async () => {
    const error = await lead(plan({ a: ["hidden", []] }));
    expect(error).toMatch(/E_UNKNOWN_AGENT: .*reader, writer/);
  });

  test("a plan with an unknown dependency, a bad id, a reserved name", async () => {
    expect(await lead(plan({ a: ["reader", ["nowhere"]] }))).toMatch(/E_DEPENDENCY: .*nowhere/);
    expect(await lead(plan({ "../a": ["reader", []] }))).toMatch(/E_ID: /);
    expect(await lead(plan({ a: ["lead", []] }))).toMatch(/E_SELF_SEND: |E_UNKNOWN_AGENT: /);
  });
});
