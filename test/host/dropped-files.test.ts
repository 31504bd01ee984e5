import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Clock } from "../../src/host/clock.ts";
import { noWatch } from "../../src/host/watch.ts";
import { deadLetters, faultsOf, messagesIn, replyNow, replyToHuman } from "./files.ts";
import { hostClock } from "./host-clock.ts";
import { startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const text = (id: string, instructions = "Say it.") =>
  `---\ntype: task\ntask_id: ${id}\nfrom: human\nsent_at: 2026-11-20T12:00:00Z\n---\n# Task: ${id}\n\n## Context\n\n## Instructions\n\n${instructions}\n\n## Expected Output\n`;

async function echoHost(options: { rescan?: number; watched?: boolean; clock?: Clock } = {}) {
  const { clock, watched = true } = options;
  const root = tempRoot();
  const host = await startHost({
    root,
    rescan: options.rescan ?? 3_600_000,
    agents: { echo: { brain: ({ task }) => `${task.instructions.trim().length}`, concurrency: 4 } },
    ports: { ...(clock === undefined ? {} : { clock }), ...(watched ? {} : { watch: noWatch }) },
  });
  const workspace = join(root, "echo");
  return { root, host, workspace, inbox: join(workspace, "mailbox", "inbox") };
}

test("a file that is copied in is found by the watcher alone", async () => {
  const { root, workspace, inbox } = await echoHost();
  writeFileSync(join(root, "task.md"), text("copied"));
  copyFileSync(join(root, "task.md"), join(inbox, "task.md"));
  expect((await replyToHuman(workspace, "copied")).body.results).toBe("7");
});

test("a file that is copied in is found by the rescan alone", async () => {
  const { workspace, inbox } = await echoHost({ rescan: 300, watched: false });
  writeFileSync(join(inbox, "task.md"), text("found"));
  expect((await replyToHuman(workspace, "found")).body.results).toBe("7");
});

test("H33: the same name twice a day is two messages; both are in the archive", async () => {
  const { workspace, inbox } = await echoHost();
  for (const id of ["first", "second"]) {
    writeFileSync(join(inbox, "task.md"), text(id));
    await replyToHuman(workspace, id);
  }
  await until(() => messagesIn(workspace, "archive").size >= 2);
  const tasks = [...messagesIn(workspace, "archive").values()].filter(({ type }) => type === "task");
  expect(tasks.map(({ task_id }) => task_id).sort()).toEqual(["first", "second"]);
});

test("H33: a file that grows slowly is taken once, whole", async () => {
  const clock = hostClock();
  const { root, host, workspace, inbox } = await echoHost({ clock, rescan: 300 });
  const whole = text("slow", "word ".repeat(2_000));
  // Every piece of it from here on would do as a message.
  const start = whole.indexOf("Instructions") + 20;
  const path = join(inbox, "slow.md");
  writeFileSync(path, whole.slice(0, start));
  for (let at = start; at < whole.length; at += 2_000) {
    await clock.advance(400);
    await appendFile(path, whole.slice(at, at + 2_000));
    expect(host.task("echo", "slow")).toBeUndefined();
  }
  const reply = await until(async () => {
    await clock.advance(400);
    return replyNow(workspace, "slow");
  });
  expect(reply.body.results).toBe(`${"word ".repeat(2_000).trim().length}`);
  await host.stop();
  expect(readdirSync(join(workspace, "tasks"))).toEqual(["slow"]);
  expect(faultsOf(root, ["echo"])).toEqual([]);
});

test("H33: what editors leave is left alone", async () => {
  const { workspace, inbox } = await echoHost();
  const others = [
    ".task.md.swp",
    "4913",
    "task.md~",
    ".DS_Store",
    "#task.md#",
    ".hidden.md",
    "notes.txt",
    "_draft.md",
  ];
  for (const name of others) writeFileSync(join(inbox, name), text("never"));
  writeFileSync(join(inbox, "Task.md"), text("real"));
  await replyToHuman(workspace, "real");
  expect(readdirSync(inbox).sort()).toEqual([...others].sort());
  expect(deadLetters(workspace)).toEqual({});
});

test("an inbox that was removed and made again is watched again", async () => {
  const { workspace, inbox } = await echoHost();
  rmSync(inbox, { recursive: true });
  await pause(200);
  mkdirSync(inbox);
  await pause(200);
  writeFileSync(join(inbox, "Task.md"), text("back"));
  expect((await replyToHuman(workspace, "back")).body.results).toBe("7");
});

test("an inbox that is moved away and back does not end the host", async () => {
  const { host, workspace, inbox } = await echoHost({ rescan: 200 });
  renameSync(inbox, `${inbox}-away`);
  await pause(500);
  expect(host.error).toBeUndefined();
  renameSync(`${inbox}-away`, inbox);
  writeFileSync(join(inbox, "Task.md"), text("again"));
  expect((await replyToHuman(workspace, "again")).body.results).toBe("7");
});

test("1,000 messages at once are all answered", async () => {
  const { root, host, workspace, inbox } = await echoHost();
  for (let n = 0; n < 1_000; n++) writeFileSync(join(inbox, `Job-${n}.md`), text(`job-${n}`, "x".repeat(n)));
  const outbox = join(workspace, "mailbox", "outbox");
  await until(() => readdirSync(outbox).length >= 1_001, "1,000 replies");
  await host.stop();
  const lengths = [...messagesIn(workspace, "outbox").values()].map((message) =>
    message.type === "reply" ? Number(message.body.results) : -1,
  );
  expect(lengths.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  expect(faultsOf(root, ["echo"])).toEqual([]);
  expect(existsSync(join(inbox, "Job-0.md"))).toBe(false);
});
