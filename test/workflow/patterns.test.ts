import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { submitTask } from "../../src/host/submit.ts";
import { scriptHash } from "../../src/protocol/script-hash.ts";
import { sandboxInWorker } from "../../src/script/start-sandbox.ts";
import { returnedValue } from "../../src/workflow/script-answer.ts";
import { scriptRunner } from "../../src/workflow/script-runner.ts";
import { readDoc, sectionOf } from "../docs/docs.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { builtWorker } from "../script/built-worker.ts";

const FOLDER = new URL("../../examples/workflows/", import.meta.url);
const names = readdirSync(FOLDER).sort();
let startSandbox: ReturnType<typeof sandboxInWorker>;
beforeAll(async () => {
  startSandbox = sandboxInWorker(await builtWorker());
});

/** Runs a pattern with one brain for its owner and another for all that it asks. */
async function run(
  name: string,
  args: object,
  brain: BrainFunction,
  own: BrainFunction = brain,
  tokens?: number,
) {
  const program = readFileSync(new URL(`${name}.js`, FOLDER), "utf8");
  const peers = ["a", "b"];
  const agents = {
    lead: { brain: own, peers },
    ...Object.fromEntries(peers.map((id) => [id, { brain, concurrency: 8 }])),
  };
  const host = await startHost({
    root: tempRoot(),
    agents,
    ports: { scripts: scriptRunner({ startSandbox }) },
  });
  const script = { args: JSON.stringify(args), now: 1_700_000_000_000, seed: "s" };
  const budget = tokens === undefined ? undefined : { tokens };
  const { task_id } = await submitTask(host, "lead", {
    instructions: program,
    script: { ...script, approved: scriptHash(program, script, budget) },
    ...(budget === undefined ? {} : { budget }),
  });
  const task = await host.finished("lead", task_id);
  await host.stop();
  expect(task.status, task.error).toBe("done");
  return JSON.parse(returnedValue(task.text.output));
}

const prompt = ({ task }: Parameters<BrainFunction>[0]) => task.instructions;

test.each(names)("%s is under 40 lines and has its section in docs/workflow-patterns.md", (name) => {
  const text = readFileSync(new URL(name, FOLDER), "utf8");
  expect(text.split("\n").length).toBeLessThanOrEqual(40);
  expect(sectionOf(readDoc("docs/workflow-patterns.md"), `## ${name.replace(".js", "")}`)).toContain(
    `(../examples/workflows/${name})`,
  );
});

test("fan-out: one answer of many, and who did not answer is named", async () => {
  const value = await run(
    "fan-out",
    { items: ["x", "y", "z"], question: "How many?", agent: "a" },
    (question) => {
      if (prompt(question).endsWith("y")) throw new Error("no");
      return prompt(question).startsWith("Make one")
        ? `sum of ${prompt(question).match(/^## /gm)?.length}`
        : "one";
    },
  );
  expect(value).toEqual({ summary: "sum of 2", lost: ["y"] });
});

test("verified-pipeline: what the check finds is mended, what is well stays", async () => {
  const value = await run(
    "verified-pipeline",
    { pieces: ["good", "bad"], writer: "a", checker: "b" },
    (question) => {
      const asked = prompt(question);
      if (asked.startsWith("Write")) return `text of ${asked.slice(7)}`;
      if (asked.startsWith("Mend")) return `mended: ${asked.match(/- (.*)$/m)?.[1]}`;
      return JSON.stringify(
        asked.includes("bad") ? { ok: false, problems: ["too short"] } : { ok: true, problems: [] },
      );
    },
  );
  expect(value).toEqual([
    { piece: "good", text: "text of good" },
    { piece: "bad", text: "mended: too short" },
  ]);
});

test("majority: a claim stands that most could not refute; one that nobody judged does not", async () => {
  const value = await run("majority", { claims: ["sure", "weak", "unheard"], sceptic: "a" }, (question) => {
    const asked = prompt(question);
    if (asked.includes("unheard")) throw new Error("no");
    const refuted = asked.includes("weak") && !asked.includes("another");
    return JSON.stringify({ refuted, why: refuted ? "I found one" : "" });
  });
  expect(value.stand).toEqual(["sure"]);
  expect(value.judged.map(({ stands }: { stands: boolean }) => stands)).toEqual([true, false, false]);
});

const rounds = [["a", "b"], ["b", "c"], ["a"], ["c"], ["d"]];
const searcher: BrainFunction = (question) => ({
  results: JSON.stringify(rounds[Number(/Round (\d+)/.exec(prompt(question))?.[1]) - 1]),
  used: { tokens: 100 },
});

test("until-nothing-new: ends after two rounds that find nothing", async () => {
  const value = await run("until-nothing-new", { what: "letters", searcher: "a" }, searcher);
  expect(value).toEqual({ found: ["a", "b", "c"], rounds: 4, ended: "nothing new" });
});

test("until-nothing-new: ends before the budget does", async () => {
  const value = await run(
    "until-nothing-new",
    { what: "letters", searcher: "a", reserve: 9_850 },
    searcher,
    searcher,
    10_000,
  );
  expect(value).toEqual({ found: ["a", "b", "c"], rounds: 2, ended: "the budget" });
});

test("map-repository: every file is read in a batch of its folder, and what was not is named", async () => {
  const files = ["src/a.ts", "src/b.ts", "src/c.ts", "docs/x.md", "README.md"];
  const value = await run(
    "map-repository",
    { folder: ".", question: "What?", reader: "a", batch: 2 },
    (question) => {
      const asked = prompt(question);
      if (asked.startsWith("List")) return JSON.stringify(files);
      if (asked.includes("docs/x.md")) throw new Error("no");
      return asked.startsWith("Bring")
        ? asked.split("\n\n").slice(1).join("+")
        : `note on ${asked.split("\n").at(-1)}`;
    },
  );
  expect(value).toEqual({
    files: 5,
    chapters: [
      { folder: "src", text: "note on src/b.ts+note on src/c.ts", unread: [] },
      { folder: "docs", text: "", unread: ["docs/x.md"] },
      { folder: ".", text: "note on README.md", unread: [] },
    ],
  });
});

test("tournament: the draft that the judge likes best is left, whatever their number", async () => {
  const writers = ["a", "b", "a", "b", "a"];
  let drafts = 0;
  const value = await run("tournament", { task: "a title", writers, judge: "b" }, (question) => {
    const asked = prompt(question);
    if (asked === "a title") return "x".repeat(++drafts);
    const [first = "", second = ""] = [...asked.matchAll(/:\n(x+)/g)].map(([, text]) => text ?? "");
    return JSON.stringify({ better: first.length > second.length ? "first" : "second", why: "longer" });
  });
  expect(value.winner).toBe("xxxxx");
  expect(value.games).toHaveLength(4);
});
