import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { vaultCommand } from "../../src/cli/commands/vault.ts";
import { MARK } from "../../src/cli/render/vault/kept-part.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { openRoot } from "../../src/view/root-view.ts";
import { readVault } from "../../src/view/vault/read-vault.ts";
import { runTask, startHost, tempRoot } from "../host/team.ts";
import { fakeIo } from "./fake-io.ts";

const HOSTILE = "]](x) <img src=x onerror=alert(1)> [[a|b]] `c` ../../etc %% # ^ \u202e ---";

const split =
  (agent: string, titles: string[]): BrainFunction =>
  ({ kind, results }) =>
    kind === "synthesise"
      ? Object.keys(results ?? {}).join(" + ")
      : {
          subtasks: Object.fromEntries(
            titles.map((description, n) => [
              `part-${n}`,
              { agent, description, depends_on: n === 0 ? [] : [`part-${n - 1}`] },
            ]),
          ),
        };

/** A finished job of three levels, with results in a file of their own. */
async function finishedJob(): Promise<string> {
  const root = tempRoot();
  const host = await startHost({
    root,
    agents: {
      lead: { brain: split("editor", ["Chapter one", HOSTILE]), peers: ["editor"] },
      editor: { brain: split("writer", ["Same title", "Same title", "x".repeat(300)]), peers: ["writer"] },
      writer: { brain: ({ task }) => (task.title.startsWith("xx") ? "long ".repeat(5000) : "written") },
    },
  });
  expect((await runTask(host, "lead", "Write: a book / in two [parts]")).status).toBe("done");
  await host.stop();
  return root;
}

async function vault(root: string, agent?: string) {
  const io = fakeIo({ cwd: root });
  await vaultCommand(io, { root, json: true, ...(agent === undefined ? {} : { agent }) });
  return JSON.parse(io.outText()) as Record<string, unknown> & { written: number; left_alone: string[] };
}

test("every link of every note leads to a file, and every task and message is reached", async () => {
  const root = await finishedJob();
  const before = filesBelow(root);
  expect(await vault(root)).toMatchObject({ notes: 10, written: 10, removed: 0, left_alone: [] });
  const reached = new Set<string>();
  const notes = notesOf(root);
  for (const name of notes) for (const target of linksOf(root, name)) reached.add(target);
  for (const name of notes) if (name !== "Clawflow.md") expect(reached).toContain(name);
  for (const name of before) {
    if (/^\w+\/(tasks\/[^/]+\/(task|results\/[^/]+)\.md|mailbox\/archive\/.*\.md)$/.test(name))
      expect(reached).toContain(name);
  }
  const texts = (names: string[]) => names.map((name) => readFileSync(join(root, name), "utf8"));
  expect(filesBelow(root).filter((name) => before.includes(name))).toEqual(before);
  for (const text of texts(notes)) expect(text.split("---\n")[2]).not.toMatch(/(?<!\\)<img|\u202e/);
  expect(
    notes.every((name) => /^[\p{L}\p{N} .,'’·+=!()_/-]+$/u.test(name) && Buffer.byteLength(name) < 400),
  ).toBe(true);
});

test("properties are flat, and lead to the task above and the job", async () => {
  const root = await finishedJob();
  await vault(root);
  const deepest = notesOf(root).find((name) => name.includes("Same title"));
  const head = headOf(root, deepest ?? "");
  expect(head).toMatchObject({ title: "Same title", agent: "writer", status: "done", depth: 2, attempt: 1 });
  expect(head.aliases).toContain(head.task_id);
  expect(head.parent).toMatch(/^\[\[Clawflow\/.*· editor [0-9a-f]{4}\.md\|/);
  expect(head.job).toMatch(/^\[\[Clawflow\/.*\|Write: a book/);
  for (const name of notesOf(root)) {
    for (const value of Object.values(headOf(root, name)).flat()) expect(typeof value).not.toBe("object");
  }
  const base = parse(readFileSync(join(root, "Clawflow.base"), "utf8"));
  const views = base.views.map(({ name }: { name: string }) => name);
  for (const [, view] of readFileSync(join(root, "Clawflow.md"), "utf8").matchAll(/base#([^\]]+)\]\]/g))
    expect(views).toContain(view);
});

test("a second run writes nothing; what a person wrote is kept, theirs alone is left alone", async () => {
  const root = await finishedJob();
  await vault(root);
  expect(await vault(root)).toMatchObject({ written: 0, removed: 0 });
  const [note = "", other = "", third = ""] = notesOf(root).filter((name) => name.startsWith("Clawflow/"));
  const add = (name: string, text: string) => writeFileSync(join(root, name), text);
  const text = readFileSync(join(root, note), "utf8");
  add(note, `${text.replace("status: done", "status: odd")}\r\nmy own words `);
  add(other, "no mark");
  writeFileSync(join(root, "elsewhere.md"), "mine");
  writeFileSync(join(root, "Clawflow.base"), "views: []\n");
  expect(await vault(root)).toMatchObject({ written: 1, left_alone: [join(root, other)] });
  expect(readFileSync(join(root, note), "utf8")).toBe(`${text}\r\nmy own words `);
  expect(readFileSync(join(root, other), "utf8")).toBe("no mark");
  expect(readFileSync(join(root, "Clawflow.base"), "utf8")).toBe("views: []\n");
  const stale = join(dirname(third), "Gone · lead 0000.md");
  add(stale, `x\n\n${MARK}`);
  add(`${stale}.mine.md`, `x\n\n${MARK}kept`);
  expect(await vault(root)).toMatchObject({ removed: 1 });
  expect([existsSync(join(root, stale)), existsSync(join(root, `${stale}.mine.md`))]).toEqual([false, true]);
});

test("settings are written only where there are none, and nothing through a link", async () => {
  const root = await finishedJob();
  mkdirSync(join(root, ".obsidian"));
  await vault(root);
  expect(readdirSync(join(root, ".obsidian"))).toEqual([]);
  const own = join(root, "editor");
  symlinkSync(join(root, "lead"), join(own, "Clawflow"));
  await expect(vault(root, "editor")).rejects.toMatchObject({ code: "E_USAGE" });
});

test("one workspace is a vault of its own, and no agent", async () => {
  const root = await finishedJob();
  expect(await vault(root, "editor")).toMatchObject({ folder: join(root, "editor"), notes: 3 });
  const own = join(root, "editor");
  expect(JSON.parse(readFileSync(join(own, ".obsidian", "app.json"), "utf8"))).toHaveProperty(
    "userIgnoreFilters",
  );
  for (const name of notesOf(own)) linksOf(own, name);
  await vault(root);
  expect([...agentsOfRoot(nodeDisk(), root).keys()].sort()).toEqual(["editor", "lead", "writer"]);
  expect(readVault(openRoot(nodeDisk(), agentsOfRoot(nodeDisk(), root)))).toHaveLength(9);
});

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

function notesOf(root: string): string[] {
  return filesBelow(root).filter((name) => /^Clawflow(\/.*)?\.md$/.test(name));
}

function headOf(root: string, name: string): Record<string, unknown> {
  return parse(readFileSync(join(root, name), "utf8").split("---\n")[1] ?? "");
}

/** The targets of a note's links, of both forms, relative to the vault; each is there. */
function linksOf(root: string, name: string): string[] {
  const text = readFileSync(join(root, name), "utf8");
  const body = text.slice(text.indexOf("\n---\n") + 5);
  const markdown = [...body.matchAll(/(?<!\\)\]\(([^)\s]+)\)/g)].map(([, to = ""]) =>
    join(dirname(name), decodeURIComponent(to)),
  );
  const links = [...text.matchAll(/\[\[([^\]|#\n]+)[^\]\n]*\]\]/g)].map(([, to = ""]) => to);
  const targets = [...markdown, ...links];
  expect(targets.length).toBeGreaterThan(0);
  for (const target of targets) expect(existsSync(join(root, target)), `${name}: ${target}`).toBe(true);
  return targets;
}
