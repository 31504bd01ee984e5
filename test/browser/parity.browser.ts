import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { makeProgram } from "../../src/cli/program.ts";
import type { Status } from "../../src/dashboard/api-types.ts";
import { progressOf } from "../../src/dashboard/page/parts/progress-of.ts";
import { wordOf } from "../../src/dashboard/page/parts/status-look.ts";
import { standsText } from "../../src/terminal/text.ts";
import { type Standing, standingText } from "../../src/view/standing-text.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { randomStates } from "../dashboard/random-states.ts";
import { quickOrFull } from "../suite-size.ts";
import { shows, Viewer } from "../terminal/viewer.ts";
import { Site } from "./rig/site.ts";

const STATES = quickOrFull(50, 300);
/** Looks at one state; between two of them the page may have heard of the change. */
const LOOKS = 100;
/** So many lines the page shows of each list before it is asked for more. */
const SHOWN = { problems: 20, running: 20, finished: 10 };
/** As much of a text as is compared: the page cuts long ones. */
const COMPARED = 80;

test("what stands on the page and what `clawflow top` draws is what `status --json` says, in any state", async () => {
  const states = randomStates(STATES, 23);
  const first = await states.next();
  if (first.done === true) throw new Error("no state");
  const { root } = first.value.place;
  const site = new Site({ root, start: async () => {}, stop: async () => {} });
  await site.start();
  onTestFinished(() => site.stop());
  const { page, faults, close } = await site.open("#/");
  let lines = 0;
  for await (const { cwd, step } of states) lines += await compare(page, root, cwd, step);
  // Else nothing was shown by it.
  expect(lines).toBeGreaterThan(STATES * 3);
  expect(faults).toEqual([]);
  await close();
}, 180_000);

/** All three say the same at some moment at which nothing changes. @returns how many lines were compared */
async function compare(page: Page, root: string, cwd: string, step: string): Promise<number> {
  for (let looks = 1; ; looks++) {
    const status = await statusOf(cwd);
    const shown = await page.evaluate<Facts>(FACTS);
    const viewer = await new Viewer(root).look();
    const isSame = JSON.stringify(await statusOf(cwd)) === JSON.stringify(status);
    const wanted = factsOf(status);
    if (!isSame || (JSON.stringify(shown) !== JSON.stringify(wanted) && looks < LOOKS)) {
      await pause(20);
      continue;
    }
    expect(shown, step).toEqual(wanted);
    drawn(viewer, status);
    return Object.values(wanted).flat().length;
  }
}

async function statusOf(cwd: string): Promise<Status> {
  const io = fakeIo({ cwd });
  await makeProgram(io).program.parseAsync(["status", "--json"], { from: "user" });
  return JSON.parse(io.outText());
}

/** Each a list of what stands in a line of it. */
interface Facts {
  problems: string[][];
  waiting: string[][];
  jobs: string[][];
  below: string[][];
  finished: string[][];
}

function factsOf({ problems, waiting, running, finished }: Status): Facts {
  const titles = new Map([...running, ...finished].map((one) => [keyOf(one), one.title]));
  const openLine = (one: Status["running"][number]) => {
    const { since: _, ...standing } = one.standing;
    const { all, text } = progressOf(one.subtasks);
    return [keyOf(one), one.title, cut(standingText(standing as Standing)), all === 0 ? "" : text];
  };
  const open = (isJob: boolean) =>
    running
      .filter(({ depth }) => (depth === 0) === isJob)
      .slice(0, SHOWN.running)
      .map(openLine);
  return {
    problems: problems.slice(0, SHOWN.problems).map(({ kind, agent, task_id, subtask, text }) => {
      const isTurn = ["approval", "answer", "person"].includes(kind);
      const key = task_id === undefined ? agent : keyOf({ agent, task_id });
      const title = task_id === undefined ? agent : (titles.get(key) ?? task_id);
      return [wordOf(kind), key, title, subtask ?? "", isTurn ? "" : cut(text)];
    }),
    waiting: waiting.map(({ agent, messages }) => [
      agent,
      `${messages} ${messages === 1 ? "message" : "messages"}`,
    ]),
    jobs: open(true),
    below: open(false),
    finished: finished
      .slice(0, SHOWN.finished)
      .map((one) => [keyOf(one), one.title, wordOf(one.status), cut(one.error ?? "")]),
  };
}

function keyOf({ agent, task_id }: { agent: string; task_id: string }): string {
  return `${task_id} of ${agent}`;
}

function cut(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, COMPARED).trim();
}

/** The same as `factsOf`, from what a person sees. It runs in the page. */
const FACTS = `(() => {
  const clean = (text) => (text ?? "").replace(/\\s+/g, " ").trim();
  const cut = (text) => clean(text).slice(0, ${COMPARED}).trim();
  const own = (element) => [...(element?.childNodes ?? [])].filter(({ nodeType }) => nodeType === 3).map((one) => one.data).join("");
  const word = (element) => own(element.querySelector(".badge"));
  const all = (root, what) => [...(root?.querySelectorAll(what) ?? [])];
  const section = (id) => document.querySelector("[aria-labelledby=" + id + "]");
  const link = (element) => element.querySelector("a.task-link") ?? element.querySelector("a.agent");
  const open = (table) => all(table, "tbody tr").map((row) => [
    link(row).title, clean(link(row).textContent),
    cut(own(row.querySelector(".standing"))), clean(row.querySelector(".progress")?.textContent),
  ]);
  const running = section("running");
  const tables = all(running, "table");
  const below = running?.querySelector("details table");
  return {
    problems: all(document, "article.problem").filter((one) => one.closest("section") === null).map((one) => {
      const head = one.querySelector("header");
      const at = link(head);
      const isTurn = /problem-(approval|answer|person)/.test(one.className);
      const [, subtask = ""] = / \\/ (.*)$/.exec(clean(head.querySelector("h2").textContent)) ?? [];
      return [
        clean(word(head)), at.title || at.textContent, clean(at.textContent), subtask,
        isTurn ? "" : cut(one.querySelector(":scope > .what")?.textContent),
      ];
    }),
    waiting: all(section("inboxes"), "li").map((one) => [one.querySelector(".agent").textContent, clean(own(one))]),
    jobs: open(tables.find((one) => one !== below)),
    below: open(below),
    finished: all(section("finished"), "tbody tr").map((row) => [
      link(row).title, clean(link(row).textContent), clean(word(row)), cut(row.querySelector(".what")?.textContent),
    ]),
  };
})()`;

/** What stands in the terminal, line for line. */
function drawn(viewer: Viewer, { problems, waiting, running, finished }: Status): void {
  const needs = viewer.section("Needs you");
  expect(needs.lines.length).toBe(problems.length);
  for (const [at, { agent, kind, text, task_id, subtask, file }] of problems.entries()) {
    const name = task_id === undefined ? (file ?? agent) : [task_id, subtask].filter(Boolean).join("/");
    shows(needs.lines[at], name, agent, kind, text);
  }
  const inbox = viewer.section("In the inbox");
  for (const [at, { agent, messages }] of waiting.entries())
    shows(inbox.lines[at], agent, `${messages} message`);
  expect(inbox.lines.length).toBe(waiting.length);
  const jobs = running.filter(({ depth }) => depth === 0);
  const open = viewer.section("Running");
  expect(open.lines.length).toBe(jobs.length);
  for (const [at, { task_id, agent, standing, title }] of jobs.entries())
    shows(open.lines[at], task_id, agent, standsText(standing as Standing), title);
  const ended = viewer.section("Finished");
  expect(ended.lines.length).toBe(finished.length);
  for (const [at, { task_id, agent, status, error, title }] of finished.entries())
    shows(ended.lines[at], task_id, agent, status, error || title);
}
