import matter from "gray-matter";
import { expect, test } from "vitest";
import { pluginManifest } from "../../src/openclaw/manifest.ts";
import { ERROR_CODES } from "../../src/protocol/errors.ts";
import { readDoc } from "../docs/docs.ts";
import { SKILL, SKILL_FILES } from "./skill.ts";

const main = `${SKILL}/SKILL.md`;
const { data } = matter(readDoc(main));

test("the head is what OpenClaw wants of a skill", () => {
  expect(data.name).toBe("clawflow");
  expect(SKILL.endsWith(`/${data.name}`)).toBe(true);
  // It stands in the prompt of every turn.
  expect(data.description).toMatch(/^\S.{60,158}\S$/);
  // `/clawflow` in a chat is the plugin's own command.
  expect(data["user-invocable"]).toBe(false);
  // It is of use without the plugin and without the program: nothing gates it.
  expect(Object.keys(data).sort()).toEqual(["description", "name", "user-invocable"]);
});

test("it is short: a model reads it in place of its work", () => {
  for (const path of SKILL_FILES) expect(readDoc(path).length, path).toBeLessThan(9_500);
});

test("SKILL.md leads to every reference", () => {
  const references = SKILL_FILES.filter((path) => path !== main).map((path) => path.slice(SKILL.length + 1));
  expect(references.length).toBe(4);
  for (const reference of references) expect(readDoc(main)).toContain(`](${reference})`);
});

test("tools that it names are tools of the plugin, and every tool of the plugin is named", () => {
  const named = SKILL_FILES.flatMap((path) => readDoc(path).match(/\bclawflow_[a-z]+\b/g) ?? []);
  expect([...new Set(named)].sort()).toEqual([...manifestTools()].sort());
});

test("codes of errors that it names are codes", () => {
  const named = SKILL_FILES.flatMap((path) => readDoc(path).match(/\bE_[A-Z_]+\b/g) ?? []);
  expect(named.length).toBeGreaterThan(0);
  for (const code of named) expect(ERROR_CODES).toContain(code);
});

test("it is part of the npm package, from where an agent is given a copy", () => {
  const { files } = JSON.parse(readDoc("package.json")) as { files: string[] };
  expect(files).toContain("skills");
  expect(readDoc("docs/openclaw.md")).toContain(`$(npm root -g)/clawflow/${SKILL}`);
});

function manifestTools(): string[] {
  return (pluginManifest("0.0.0") as { contracts: { tools: string[] } }).contracts.tools;
}
