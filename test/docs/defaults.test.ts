import { expect, test } from "vitest";
import { PRESETS } from "../../src/brain/presets.ts";
import { MAX_VISITS } from "../../src/loop/peers.ts";
import { policySchema } from "../../src/protocol/task.ts";
import { agentConfigSchema, limitsSchema, teamSchema } from "../../src/protocol/team.ts";
import { readDoc, sectionOf, tableRows } from "./docs.ts";

const limits = readDoc("docs/limits-and-failure.md");
const teams = readDoc("docs/teams-and-brains.md");

/** `| name | default | … |` as a map. */
function defaultsIn(markdown: string): Record<string, string> {
  return Object.fromEntries(
    tableRows(markdown).map(([name = "", value = ""]) => [name.replaceAll("`", ""), value]),
  );
}

test("every limit stands in docs/limits-and-failure.md with its default", () => {
  const documented = defaultsIn(sectionOf(limits, "## Limits"));
  const defaults: Record<string, unknown> = limitsSchema.parse({});
  expect(Object.keys(documented)).toEqual(Object.keys(limitsSchema.shape));
  for (const [name, value] of Object.entries(documented)) {
    expect([name, value]).toEqual([name, name === "brains" ? "2 × cores" : String(defaults[name])]);
  }
});

test("the largest number of subtasks, and how often an agent may stand on a path, are as the page says", () => {
  expect(limitsSchema.safeParse({ subtasks: 1000 }).success).toBe(true);
  expect(limitsSchema.safeParse({ subtasks: 1001 }).success).toBe(false);
  expect(sectionOf(limits, "## Limits")).toContain("at most 1000");
  expect(MAX_VISITS).toBe(2);
  expect(sectionOf(limits, "## Limits")).toContain("an agent stands at most twice on the path");
});

test("every policy stands in docs/limits-and-failure.md with its default", () => {
  const documented = defaultsIn(sectionOf(limits, "## Failure"));
  const defaults: Record<string, unknown> = policySchema.parse({});
  expect(documented).toEqual(
    Object.fromEntries(Object.keys(policySchema.shape).map((name) => [name, String(defaults[name])])),
  );
});

test("every key of the team file and of an agent stands in docs/teams-and-brains.md with its default", () => {
  const documented = defaultsIn(sectionOf(teams, "## The team file"));
  const team = Object.keys(teamSchema.shape);
  const agent = Object.keys(agentConfigSchema.shape);
  expect(Object.keys(documented).sort()).toEqual([...new Set([...agent, ...team])].sort());
  const defaults = agentConfigSchema.parse({ brain: { person: "x" } });
  for (const name of ["description", "peers", "concurrency", "protocol"] as const) {
    expect(documented[name]).toBe(`\`${JSON.stringify(defaults[name])}\``);
  }
  expect(documented.durability).toBe(`\`${teamSchema.parse({ agents: {} }).durability}\``);
});

test("the presets and their command lines are as docs/teams-and-brains.md says", () => {
  const rows = tableRows(sectionOf(teams, "### text"));
  const documented = Object.fromEntries(rows.map(([name = "", line = ""]) => [name, line]));
  const presets = Object.entries(PRESETS).map(([name, { command }]) => [
    `\`${name}\``,
    `\`${command.join(" ")}\``,
  ]);
  expect(documented).toEqual(Object.fromEntries(presets));
});
