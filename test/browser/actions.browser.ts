import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Task } from "../../src/protocol/task.ts";
import { workspacePaths } from "../../src/store/layout.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { findTask } from "../../src/view/read-task.ts";
import { expectAccessible, type Window } from "./rig/open-browser.ts";
import { Site } from "./rig/site.ts";
import { Team } from "./rig/team.ts";

const site = new Site(new Team());
let window: Window;
let page: Page;
/** Set when the page is loaded; a page that was loaded anew has lost it. */
const MARK = "globalThis.mark = 1";

beforeAll(async () => {
  await site.start();
  window = await site.open("#/");
  page = window.page;
  await page.evaluate(MARK);
});
afterEach(() => {
  expect(window.faults.splice(0)).toEqual([]);
});
afterAll(() => site.stop());

const { team } = site;

function taskOf(agent: string, id: string): Task | undefined {
  return findTask(nodeDisk(), workspacePaths(join(team.root, agent)), id)?.task;
}

async function becomes(agent: string, id: string, is: (task: Task) => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      const task = taskOf(agent, id);
      if (task === undefined || !is(task)) throw new Error(`${id} is ${task?.status}`);
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** Every action is a message like any other. */
function expectMessage(agent: string, id: string, text: RegExp): void {
  const archive = join(team.root, agent, "mailbox", "archive");
  const letters = readdirSync(archive, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(join(archive, name), "utf8"));
  const found = letters.filter((letter) => letter.includes(`task_id: ${id}`) && text.test(letter));
  expect(found, `a message for ${id} that is ${text}`).toHaveLength(1);
}

/** Without loading the page anew. */
async function goTo(at: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(at)}`);
}

function problem(title: string): Locator {
  return page.getByRole("article").filter({ has: page.getByRole("link", { name: title, exact: true }) });
}

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
const dialog = () => page.getByRole("dialog");
const said = (text: string | RegExp) =>
  page.getByRole("region", { name: "What was done" }).getByText(text).first();

test("a plan is approved from home, which then does not ask any more", async () => {
  await goTo("#/");
  const id = await team.give("Approve me", {
    split: { one: { agent: "writer", say: "1" } },
    policy: { approval: "always" },
  });
  await button("Approve", problem("Approve me")).click();
  await said(`The approval of ${id} was sent.`).waitFor();
  await team.host.finished("lead", id);
  await problem("Approve me").waitFor({ state: "detached" });
  await page
    .getByRole("table", { name: "Jobs that were finished" })
    .getByRole("link", { name: "Approve me" })
    .waitFor();
  expectMessage("lead", id, /control: approve/);
});

test("a plan is rejected with a reason, and the next one shows it", async () => {
  await goTo("#/");
  const id = await team.give("Reject me", {
    split: { one: { agent: "writer", say: "1" } },
    policy: { approval: "always" },
  });
  await button("Reject …", problem("Reject me")).click();
  await dialog().getByLabel("Why").fill("too short");
  await button("Reject", dialog()).click();
  await problem("Reject me")
    .getByText(/one, for: .*too short/)
    .waitFor();
  expectMessage("lead", id, /control: reject[\s\S]*too short/);
  await button("Approve", problem("Reject me")).click();
  expect((await team.host.finished("lead", id)).status).toBe("done");
});

test("a question is answered on its task's page, which shows what came of it", async () => {
  const id = await team.give("Ask me", { ask: "Which colour?" });
  await becomes("lead", id, ({ waiting }) => waiting !== undefined);
  await goTo(`#/task/lead/${id}`);
  await page.getByLabel("Your answer").fill("blue & <b>green</b>");
  await button("Answer").click();
  await page.getByText("I was told: blue & <b>green</b>").first().waitFor();
  expectMessage("lead", id, /control: answer/);
});

test("a person's own task is done from home", async () => {
  const id = await team.give("For Robin", { say: "-" }, "robin");
  await goTo("#/");
  await problem("For Robin").getByLabel("Your result").fill("by hand");
  await button("Send the result", problem("For Robin")).click();
  expect((await team.host.finished("robin", id)).text.output).toBe("by hand");
});

test("a task is paused and goes on; it is cancelled only after it was asked", async () => {
  const id = await team.give("Stop me", { split: { slow: { agent: "writer", say: "-", gate: "never" } } });
  await becomes("lead", id, ({ subtasks }) => subtasks.get("slow")?.status === "dispatched");
  await goTo(`#/task/lead/${id}`);
  await button("Pause").click();
  await becomes("lead", id, ({ paused }) => paused === true);
  await button("Resume").click();
  await becomes("lead", id, ({ paused }) => paused === undefined);
  await button("Cancel …").click();
  await dialog().getByText("cannot be undone").waitFor();
  await expectAccessible(page, "a dialog");
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  expect(taskOf("lead", id)?.status).toBe("executing");
  await button("Cancel …").click();
  await dialog().getByLabel("Why").fill("not needed");
  await button("Cancel", dialog()).click();
  await becomes("lead", id, ({ status }) => status === "cancelled");
  await page.locator(".task-head").getByText("cancelled").first().waitFor();
  await button("Do it again").waitFor();
  expectMessage("lead", id, /control: cancel/);
});

test("a failed job is done again from home", async () => {
  const id = await team.give("Fail first", {
    split: { one: { agent: "reader", fail: "broken once", again: "mended" } },
  });
  await team.host.finished("lead", id);
  await goTo("#/");
  await button("Do it again", problem("Fail first")).click();
  await becomes("lead", id, ({ status }) => status === "done");
  await problem("Fail first").waitFor({ state: "detached" });
  expect(taskOf("lead", id)?.subtasks.get("one")?.attempt).toBe(2);
});

test("a subtask is given to another, one is added, one is written by hand", async () => {
  const id = await team.give("Change me", {
    split: {
      slow: { agent: "reader", say: "read", gate: "change" },
      long: { agent: "writer", say: "-", gate: "never" },
    },
  });
  await becomes("lead", id, ({ subtasks }) => subtasks.get("long")?.status === "dispatched");
  await goTo(`#/task/lead/${id}`);
  const row = (name: string) =>
    page.locator(".subtasks > li").filter({ has: page.locator("code", { hasText: name }) });
  await button(/^More/, row("slow")).click();
  await button("Give it to another …", row("slow")).click();
  await dialog().getByLabel("Agent").fill("writer");
  await button("Give it to another", dialog()).click();
  await becomes("lead", id, ({ subtasks }) => subtasks.get("slow")?.agent === "writer");

  await button("Add a subtask …").click();
  await dialog().getByLabel("Name").fill("extra");
  await dialog().getByLabel("Agent").fill("writer");
  await dialog().getByLabel("What it is, in a line").fill("One more");
  await dialog().getByLabel("After").fill("slow");
  await button("Add a subtask", dialog()).click();
  await row("extra").waitFor();
  expect(taskOf("lead", id)?.subtasks.get("extra")?.depends_on).toEqual(["slow"]);

  await button(/^More/, row("long")).click();
  await button("Write the result …", row("long")).click();
  await dialog().getByLabel("Result").fill("written by a person");
  await button("Write the result", dialog()).click();
  await becomes("lead", id, ({ subtasks }) => subtasks.get("long")?.status === "done");
  team.open("change");
  const done = await team.host.finished("lead", id);
  expect(done.text.output).toContain("written by a person");
  await page.getByText("3 subtasks, 3 done").waitFor();
});

test("what is refused is said, and nothing that was written is lost", async () => {
  const id = await team.give("Refuse me", { split: { slow: { agent: "writer", say: "-", gate: "refuse" } } });
  await becomes("lead", id, ({ subtasks }) => subtasks.get("slow")?.status === "dispatched");
  await goTo(`#/task/lead/${id}`);
  await button("Add a subtask …").click();
  await dialog().getByLabel("Name").fill("Not A Name!");
  await dialog().getByLabel("Agent").fill("writer");
  await dialog().getByLabel("What it is, in a line").fill("kept");
  await button("Add a subtask", dialog()).click();
  await dialog().getByRole("alert").waitFor();
  expect(await dialog().getByLabel("What it is, in a line").inputValue()).toBe("kept");
  await button("Leave it", dialog()).click();
  team.open("refuse");
  await team.host.finished("lead", id);
  window.faults.splice(0, 1, ...window.faults.filter((fault) => !/status of 4\d\d/.test(fault)));
});

test("task.md is edited, and an edit that crosses another loses nothing", async () => {
  const id = await team.give("Edit me", { split: { slow: { agent: "writer", say: "-", gate: "edit" } } });
  await becomes("lead", id, ({ subtasks }) => subtasks.get("slow")?.status === "dispatched");
  await goTo(`#/task/lead/${id}/file`);
  const editor = page.getByRole("textbox", { name: "task.md" });
  await vi.waitFor(async () => expect(await editor.inputValue()).toContain("dispatched"), {
    timeout: 10_000,
  });
  const notes = "## Working Notes\n";
  await editor.fill((await editor.inputValue()).replace(notes, `${notes}\nmy note\n`));
  await button("Save").click();
  await becomes("lead", id, ({ text }) => text.notes === "my note");
  await page
    .getByText("Saved, and the runtime took it.")
    .or(page.getByText("Saved. The runtime looks at it."))
    .waitFor();

  const path = join(team.root, "lead", "tasks", id, "task.md");
  await vi.waitFor(async () => expect(await editor.inputValue()).toBe(readFileSync(path, "utf8")), {
    timeout: 10_000,
  });
  await editor.fill((await editor.inputValue()).replace("my note", "my other note"));
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace("## Context\n", "## Context\n\nof another editor\n"),
  );
  await becomes("lead", id, ({ text }) => text.context === "of another editor");
  await button("Save").click();
  await page.getByRole("alert").getByText("The file changed while you edited it").waitFor();
  await expectAccessible(page, "a conflict");
  expect(taskOf("lead", id)?.text.notes).toBe("my note");
  await button("Put both together").click();
  await button("Save").click();
  await becomes(
    "lead",
    id,
    ({ text }) => text.notes === "my other note" && text.context === "of another editor",
  );
  expect(window.faults.splice(0).every((fault) => /status of 409/.test(fault))).toBe(true);
  team.open("edit");
  await team.host.finished("lead", id);
});

test("work is given from the page, is seen without loading anew, and is found", async () => {
  await goTo("#/give/lead");
  await page.getByLabel("Agent").fill("writer");
  await page.getByLabel("What is to be done").fill("Say heliotrope, please");
  await button("Send").click();
  await said("The task was sent.").waitFor();
  await goTo("#/");
  await page.getByRole("link", { name: "Say heliotrope, please" }).first().waitFor();
  await page.getByRole("searchbox").fill("heliotrope");
  await page.keyboard.press("Enter");
  await page.getByText("did: Say").first().waitFor();
  expect(await page.evaluate("globalThis.mark")).toBe(1);
});

test("what is downloaded is the answer, the report and every file of it", async () => {
  const id = await team.give("Download me", {
    split: { one: { agent: "reader", say: "the **one** answer" } },
  });
  await team.host.finished("lead", id);
  await goTo(`#/task/lead/${id}`);
  expect(await download("the answer")).toContain("the **one** answer");
  expect(await download("the report")).toContain("# Download me");
  const files = unzipSync(new Uint8Array(readFileSync(await downloaded("everything, as a zip"))));
  const names = Object.keys(files);
  expect(names.filter((name) => name.endsWith("task.md"))).toHaveLength(2);
  expect(names.some((name) => /reply-.*\.md$/.test(name))).toBe(true);
  expect(
    strFromU8(files[names.find((name) => name.endsWith("task.md")) ?? ""] ?? new Uint8Array()),
  ).toContain("clawflow: 2");
});

test("a view survives a reload, and a message shows its raw text", async () => {
  const id = await team.give("Reload me", { split: { one: { agent: "reader", say: "raw **text**" } } });
  await team.host.finished("lead", id);
  await goTo(`#/task/lead/${id}/messages`);
  await page.locator(".letter-line").filter({ hasText: "REPLY" }).first().click();
  await page.getByText("## Results").first().waitFor();
  const at = page.url();
  await page.reload();
  await page.getByText("## Results").first().waitFor();
  expect(page.url()).toBe(at);
  await page.evaluate(MARK);
});

test("by the keyboard alone: from home to a task, and its plan approved", async () => {
  const id = await team.give("Only keys", {
    split: { one: { agent: "writer", say: "1" } },
    policy: { approval: "always" },
  });
  const keys = await site.open("#/");
  await keys.page.getByRole("link", { name: "Only keys" }).first().waitFor();
  await tabTo(keys.page, "Only keys");
  await keys.page.keyboard.press("Enter");
  await keys.page.getByRole("heading", { level: 1, name: "Only keys" }).waitFor();
  await tabTo(keys.page, "Approve");
  await keys.page.keyboard.press("Enter");
  expect((await team.host.finished("lead", id)).status).toBe("done");
  expect(keys.faults).toEqual([]);
  await keys.close();
});

async function download(name: string): Promise<string> {
  return readFileSync(await downloaded(name), "utf8");
}

async function downloaded(name: string): Promise<string> {
  const begun = page.waitForEvent("download");
  await page.getByRole("link", { name, exact: true }).click();
  return await (await begun).path();
}

/** Presses Tab until what has the focus is named so, and shows that it has it. */
async function tabTo(where: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await where.keyboard.press("Tab");
    const [text, outline] = (await where.evaluate(
      `(() => { const one = document.activeElement; return [one.textContent, getComputedStyle(one).outlineStyle]; })()`,
    )) as [string, string];
    if (text.trim() !== name) continue;
    expect(outline).not.toBe("none");
    return;
  }
  throw new Error(`nothing that is called ${name} gets the focus`);
}
