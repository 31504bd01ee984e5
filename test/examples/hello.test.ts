import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { driveTeam } from "./drive-team.ts";

const HELLO = fileURLToPath(new URL("../../examples/hello/", import.meta.url));

test("everybody is greeted in every language that was named", async () => {
  const { outcome, plans } = await driveTeam(`${HELLO}team.yaml`, "French, Japanese and Swahili\n");
  expect(outcome).toEqual({ results: "French: Bonjour !\nJapanese: こんにちは！\nSwahili: Habari!" });
  expect(plans[0]?.ids).toEqual(["say-french", "say-japanese", "say-swahili"]);
});

test("a language that nobody speaks does not stop the others", async () => {
  const { outcome } = await driveTeam(`${HELLO}team.yaml`, "Greek, Klingon and Hindi");
  expect(outcome).toEqual({ results: "Greek: Γειά σου!\n(I do not speak Klingon)\nHindi: नमस्ते!" });
});

test("no language at all is said to be so", async () => {
  const { outcome } = await driveTeam(`${HELLO}team.yaml`, "…");
  expect(outcome).toEqual({ error: "name a language or two" });
});

test("both agents are at most 20 lines", () => {
  for (const name of ["planner", "greeter"]) {
    expect(readFileSync(`${HELLO}${name}.mjs`, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  }
});
