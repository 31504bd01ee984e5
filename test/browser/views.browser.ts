import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible, expectNoSidewaysScroll, type Window } from "./rig/open-browser.ts";
import { Site } from "./rig/site.ts";
import { Team } from "./rig/team.ts";

const HOSTILE =
  '<img src=x onerror="document.title=1"><script>document.title=2</script> {{7*7}} \u202e "quoted" %s';
const site = new Site(new Team());
const ids: Record<string, string> = {};

beforeAll(async () => {
  await site.start();
  const { team } = site;
  ids.done = await team.give("A job that is done", {
    split: {
      first: { agent: "reader", say: "# First\n\n[a link](javascript:alert(1)) and **bold**" },
      second: { agent: "reader", split: { deep: { agent: "writer", say: "deep down" } }, after: ["first"] },
    },
  });
  ids.running = await team.give("A job that runs", {
    split: {
      fast: { agent: "reader", say: "quick" },
      slow: { agent: "writer", say: "slow", gate: "views" },
      after: { agent: "writer", say: "last", after: ["slow", "fast"] },
    },
  });
  ids.plan = await team.give("A plan to approve", {
    split: { one: { agent: "writer", say: "1" }, two: { agent: "robin", say: "2", after: ["one"] } },
    policy: { approval: "always" },
  });
  ids.ask = await team.give("A question", { ask: "Which of *both*?" });
  ids.failed = await team.give("A job that failed", { fail: `it broke: ${HOSTILE}` });
  ids.person = await team.give("For Robin", { say: "-" }, "robin");
  ids.hostile = await team.give(HOSTILE, { ask: HOSTILE });
  await team.host.finished("lead", ids.done);
  await team.host.finished("lead", ids.failed);
});
afterAll(() => site.stop());

/** Where each view is, and what stands there when it is whole. */
const VIEWS: Record<string, { at(): string; shows(page: Page): Promise<unknown> }> = {
  home: {
    at: () => "#/",
    shows: (page) =>
      seen(page, "A plan to approve", "A question", "A job that failed", "For Robin", "A job that runs"),
  },
  agents: { at: () => "#/agents", shows: (page) => seen(page, "reader", "writer", "robin") },
  agent: {
    at: () => "#/agent/writer",
    shows: (page) =>
      seen(page, "What it does now", "What it finished within a day", "deep", "What it handled last"),
  },
  person: { at: () => "#/agent/robin", shows: (page) => seen(page, "For Robin") },
  give: { at: () => "#/give/lead", shows: (page) => seen(page, "What is to be done") },
  search: { at: () => "#/search?q=deep", shows: (page) => seen(page, "deep down") },
  overview: {
    at: () => `#/task/lead/${ids.done}`,
    shows: (page) => seen(page, "2 subtasks, 2 done", "What took so long"),
  },
  running: { at: () => `#/task/lead/${ids.running}`, shows: (page) => seen(page, "slow", "Why:") },
  approval: {
    at: () => `#/task/lead/${ids.plan}`,
    shows: (page) => seen(page, "Nothing of it begins before you agree"),
  },
  question: { at: () => `#/task/lead/${ids.ask}`, shows: (page) => seen(page, "Your answer") },
  failed: { at: () => `#/task/lead/${ids.failed}`, shows: (page) => seen(page, "it broke") },
  hostile: {
    at: () => `#/task/lead/${ids.hostile}`,
    shows: (page) => seen(page, "<script>document.title=2</script>"),
  },
  graph: {
    at: () => `#/task/lead/${ids.done}/graph`,
    shows: (page) => page.locator("svg text", { hasText: "deep" }).first().waitFor(),
  },
  timeline: { at: () => `#/task/lead/${ids.done}/timeline`, shows: (page) => seen(page, "in all", "reader") },
  messages: { at: () => `#/task/lead/${ids.done}/messages`, shows: (page) => seen(page, "TASK", "REPLY") },
  file: {
    at: () => `#/task/lead/${ids.running}/file`,
    shows: (page) => page.getByLabel("task.md").last().waitFor(),
  },
};

async function seen(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) await page.getByText(text).first().waitFor();
}

/** Every view, one after the other, in one window. */
async function walk(window: Window, look: (name: string) => Promise<void>): Promise<void> {
  for (const [name, { at, shows }] of Object.entries(VIEWS)) {
    await window.page.goto(site.url(at()));
    await shows(window.page).catch((error: unknown) => {
      throw new Error(`${name} does not come: ${error}`);
    });
    await look(name);
  }
  expect(window.faults).toEqual([]);
  expect(await window.page.title()).not.toMatch(/^[12]$/);
}

describe.each([
  ["light", 1200, false],
  ["dark", 1200, true],
  ["on a phone", 360, false],
] as const)("%s", (_name, width, dark) => {
  test("every view is whole, accessible, no wider than the window, and nothing is wrong on the console", async () => {
    const window = await site.open("#/", { width, dark });
    await walk(window, async (name) => {
      await expectNoSidewaysScroll(window.page, `${name} at ${width}`);
      await expectAccessible(window.page, name);
    });
    await window.close();
  });
});

test("a view of any address is some view, and has one heading at its top", async () => {
  const window = await site.open("#/nowhere/%E0%A4%A");
  for (const at of [
    "#/nowhere/%E0%A4%A",
    "#/task/lead/no-such-task",
    "#/agent/nobody",
    "#/search?q=",
    "#/task/nobody/x/graph",
  ]) {
    await window.page.goto(site.url(at));
    await window.page.locator("main").getByText(/\w/).first().waitFor();
  }
  expect(window.faults.filter((fault) => !/404|400/.test(fault))).toEqual([]);
  await window.close();
});
