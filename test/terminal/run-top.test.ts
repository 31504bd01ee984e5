import { describe, expect, onTestFinished, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import type { Key } from "../../src/terminal/keys.ts";
import { runTop } from "../../src/terminal/run-top.ts";
import { topCommand } from "../../src/terminal/top.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { until } from "../host/until.ts";
import { FakeScreen } from "./fake-screen.ts";

const SIZE = { columns: 80, rows: 24 };
const HOSTILE = "\u001b[2J\u001b]0;mine\u0007\u009b31m go";

/** A terminal and commands whose answers are given. */
function bench(answers: Record<string, { code?: 0 | 2; out?: string; err?: string }>) {
  const screen = new FakeScreen(SIZE);
  const written: string[] = [];
  const ran: string[] = [];
  let key: (key: Key) => void = () => {};
  let changed = () => {};
  let isRaw = false;
  const top = runTop({
    tty: {
      size: () => SIZE,
      write(text) {
        written.push(text);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the modes that are set on the way in and out
        screen.write(text.replace(/\u001b\[\?(?:1049|2004|7)[hl]/g, ""));
      },
      raw: (on) => {
        isRaw = on;
      },
      listen(heard) {
        key = heard.key;
        return () => {};
      },
    },
    colour: false,
    async run(words, input) {
      ran.push([...words, ...(input === undefined ? [] : [`< ${input}`])].join(" "));
      const { code = 0, out = "", err = "" } = answers[words[0] ?? ""] ?? {};
      return { code, out, err };
    },
    watch(tell) {
      changed = tell;
      return () => {};
    },
    suspend: () => top.leave(),
  });
  onTestFinished(() => top.end());
  const text = () => screen.lines().join("\n");
  return {
    top,
    ran,
    written,
    text,
    isRaw: () => isRaw,
    press(...keys: Key[]) {
      for (const one of keys) key(one);
    },
    change: () => changed(),
    shows: (what: string) => until(() => text().includes(what) || undefined, `${what} on the screen`),
  };
}

const problem = { kind: "answer", agent: "lead", task_id: "job", text: HOSTILE };
const listed = { root: "/r", hosts: [], problems: [problem], waiting: [], running: [], finished: [] };
const status = { out: JSON.stringify(listed) };
const letters = (text: string): Key[] => [...text].map((one) => ({ key: "text", text: one }));

describe("the view on a terminal", () => {
  test("shows what the commands say, sends what a key stands for, and says what came of it", async () => {
    const answer = {
      out: "answer is sent to lead: job\n",
      err: "No host runs lead now; it is taken when one does: clawflow up\n",
    };
    const { ran, press, shows, text } = bench({ status, answer });
    await shows("Needs you (1)");
    press(...letters("wthe blue"), { key: "enter" });
    await shows("answer is sent to lead: job · No host runs lead now");
    expect(ran).toContain("answer --agent lead -- job - < the blue");
    expect(text()).toContain("\\u{1b}[2J");
  });

  test("an error of a command stands where it said what it did", async () => {
    const { press, shows } = bench({ status, pause: { code: 2, err: "E_STATE: it is done already\n" } });
    await shows("Needs you (1)");
    press(...letters("p"));
    await shows("E_STATE: it is done already");
  });

  test("searches all that agents have, and opens what is found", async () => {
    const hit = {
      kind: "message",
      agent: "lead",
      message: "m-1",
      time: "",
      file: "x.md",
      field: "results",
      excerpt: HOSTILE,
    };
    const search = { out: JSON.stringify({ words: ["blue"], found: [hit], more: false }) };
    const show = { out: JSON.stringify({ message: "m-1", places: [], text: "the blue one" }) };
    const { ran, press, shows } = bench({ status, search, show });
    await shows("Needs you (1)");
    press(...letters("sblue"), { key: "enter" });
    await shows("results: \\u{1b}[2J");
    press({ key: "enter" });
    await shows("the blue one");
    expect(ran).toContain("search --json --limit 200 -- blue");
    expect(ran.at(-1)).toBe("show --json m-1");
  });

  test("text of agents never reaches the terminal as more than text", async () => {
    const { written, shows } = bench({ status });
    await shows("Needs you (1)");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const others = written.join("").replace(/\u001b\[[?\d;]*[HJKhlm]/g, "");
    expect(others).not.toMatch(/\p{Cc}/u);
    expect(written.join("").split("\u001b[2J")).toHaveLength(2);
  });

  test("what changed is read again, what did not is not written again", async () => {
    const { written, change, ran, shows } = bench({ status });
    await shows("Needs you (1)");
    const before = written.length;
    const looks = ran.length;
    for (let n = 0; n < 50; n++) change();
    await until(() => ran.length > looks || undefined, "another look");
    expect(ran.length).toBe(looks + 1);
    expect(written.length).toBe(before);
  });

  test("leaves the terminal as it was, once, however often it is told", async () => {
    const { top, written, isRaw, press } = bench({ status });
    expect(isRaw()).toBe(true);
    press(...letters("q"));
    await top.ended;
    top.end();
    top.leave();
    expect(isRaw()).toBe(false);
    expect(written.filter((text) => text.includes("\u001b[?1049l"))).toHaveLength(1);
    expect(written.at(-1)).toContain("\u001b[?25h");
  });

  test("is as it was when it comes back from a suspension", async () => {
    const { top, text, press, shows, isRaw } = bench({ status });
    await shows("Needs you (1)");
    const before = text();
    press({ key: "ctrl-z" });
    expect(isRaw()).toBe(false);
    top.enterAgain();
    expect(isRaw()).toBe(true);
    await until(() => text() === before || undefined, "the same screen");
  });
});

describe("where it cannot be drawn", () => {
  const cases: [string, Partial<Io>, object][] = [
    ["no terminal", {}, {}],
    ["--json", { terminal: { out: true, err: true } }, { json: true }],
    ["TERM=dumb", { env: { TERM: "dumb" } }, {}],
  ];
  test.each(cases)("%s: says what to use instead", async (found, io, options) => {
    await expect(topCommand(fakeIo(io), options)).rejects.toMatchObject({
      code: "E_USAGE",
      detail: { found, hint: expect.stringContaining("clawflow status") },
    });
  });
});
