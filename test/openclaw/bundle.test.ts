import { execFileSync } from "node:child_process";
import { type Dirent, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pluginManifest, pluginPackage } from "../../src/openclaw/manifest.ts";
import { runScript } from "../../src/script/run-script.ts";
import { sandboxInWorker } from "../../src/script/start-sandbox.ts";

const folder = mkdtempSync(join(tmpdir(), "clawflow-bundle-"));
const plugin = join(folder, "plugin");
const packageFile = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
let code = "";

beforeAll(() => {
  execFileSync(process.execPath, ["scripts/build-plugin.mjs", plugin], { stdio: "inherit" });
  code = readFileSync(join(plugin, "dist", "index.js"), "utf8");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function imported(): string[] {
  const statements = code.matchAll(/^(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']/gm);
  const bare = code.matchAll(/^import\s*["']([^"']+)["']/gm);
  const dynamic = code.matchAll(/\bimport\(\s*["'`]([^"'`]+)["'`]/g);
  const required = code.matchAll(/\b(?:__)?require\d*\(\s*["'`]([^"'`]+)["'`]\s*\)/g);
  return [...statements, ...bare, ...dynamic, ...required].map(([, name]) => name as string);
}

test("it imports nothing but modules of Node and of OpenClaw's SDK", () => {
  const names = imported();
  expect(names.length).toBeGreaterThan(10);
  const foreign = names.filter(
    (name) =>
      !builtinModules.includes(name.replace(/^node:/, "")) && !name.startsWith("openclaw/plugin-sdk/"),
  );
  expect(foreign).toEqual([]);
});

test("nothing in it starts a process", () => {
  expect(imported().map((name) => name.replace(/^node:/, ""))).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(child_process|cluster)$/)]),
  );
  expect(code).not.toMatch(/child_process|\bexeca\b|\bcross-spawn\b/);
});

test("nothing in it makes code of text", () => {
  expect(code).not.toMatch(
    /\beval\s*\(|\bnew\s+Function\b|=\s*Function\s*;|\bnode:vm\b|require\(["']vm["']\)/,
  );
  expect(code).toContain("no code is made of text here");
});

test("what the CommonJS in it takes for granted is there", () => {
  for (const name of ["require", "__filename", "__dirname"])
    if (new RegExp(`\\b${name}\\b`).test(code)) expect(code).toMatch(new RegExp(`^const ${name} = `, "m"));
});

test("it listens to no signals, and replaces nothing of Node's", () => {
  expect(code).not.toMatch(/process\.(?:on|once|addListener)\(\s*["'`]?(?:SIG|sig\b)/);
  expect(code).not.toMatch(/process\.(?:cwd|chdir|emit|reallyExit)\s*=[^=]|fs\.close(?:Sync)?\s*=[^=]/);
});

test("it loads, and is what OpenClaw takes for a plugin", async () => {
  const { default: loaded } = (await import(join(plugin, "dist", "index.js"))) as {
    default: { id: string; register: unknown };
  };
  expect(loaded.id).toBe("clawflow");
  expect(loaded.register).toBeTypeOf("function");
});

test("the thread of a script is a file beside it, which starts no process either, and runs", async () => {
  const file = join(plugin, "dist", "script-worker.js");
  const worker = readFileSync(file, "utf8");
  expect(worker).not.toMatch(/\beval\s*\(|\bnew\s+Function\b|=\s*Function\s*;|\bnode:vm\b|child_process/);
  const outcome = await runScript({
    program: "return await agent('x', {schema: {type: 'integer'}}) + 1",
    seed: "s",
    now: 0,
    startSandbox: sandboxInWorker(pathToFileURL(file)),
    call: async () => ({ status: "done", text: "1" }),
  });
  expect(outcome).toMatchObject({ status: "done", result: 2 });
});

test("what OpenClaw and npm are told is made of the source", () => {
  const read = (name: string) => JSON.parse(readFileSync(join(plugin, name), "utf8"));
  expect(read("openclaw.plugin.json")).toEqual(pluginManifest(packageFile.version));
  expect(read("package.json")).toEqual(pluginPackage(packageFile.version));
});

test("the skill is in it, whole, where the manifest says", () => {
  const { skills } = pluginManifest(packageFile.version) as { skills: string[] };
  expect(skills).toEqual(["./skills"]);
  const files = (folder: string) =>
    Object.fromEntries(
      (readdirSync(folder, { recursive: true, withFileTypes: true }) as Dirent[])
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [relative(folder, path), readFileSync(path, "utf8")]),
    );
  const bundled = files(join(plugin, "skills"));
  expect(bundled).toEqual(files("skills"));
  expect(Object.keys(bundled)).toContain(join("clawflow", "SKILL.md"));
});

test("it needs nothing to be installed, and nothing is run when it is", () => {
  const made = pluginPackage(packageFile.version);
  expect(made).not.toHaveProperty("dependencies");
  expect(made).not.toHaveProperty("scripts");
  const { files } = made as { files: string[] };
  expect(readdirSync(plugin).sort()).toEqual([...files, "LICENSE", "package.json"].sort());
});
