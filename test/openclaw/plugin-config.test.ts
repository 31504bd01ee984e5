import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { pluginConfigJsonSchema, readPluginConfig } from "../../src/openclaw/plugin-config.ts";
import { limitsSchema } from "../../src/protocol/team.ts";

interface Property {
  description?: string;
  default?: unknown;
  properties?: Record<string, Property>;
}

const schema = pluginConfigJsonSchema() as unknown as Property;

function everyKey({ properties = {} }: Property, at = ""): [string, Property][] {
  return Object.entries(properties).flatMap(([key, property]) => [
    [`${at}${key}`, property] as [string, Property],
    ...everyKey(property, `${at}${key}.`),
  ]);
}

test("every key is described and has a default", () => {
  for (const [key, { description, default: value }] of everyKey(schema)) {
    expect(description, key).toMatch(/^[A-Z].*\.$/s);
    expect(value, key).toBeDefined();
  }
});

test("an empty configuration has the defaults, those of limits are the runtime's own", () => {
  const config = readPluginConfig(undefined);
  expect(config).toEqual(readPluginConfig({}));
  expect(config).toMatchObject({ agents: ["*"], turns: 8, turns_per_agent: 2, synthesis: "auto" });
  expect(limitsSchema.parse({})).toMatchObject(config.limits);
});

describe("OpenClaw's check by the schema and ours agree", () => {
  const check = new Ajv({ strict: false }).compile(schema);
  const isTaken = (config: unknown) => {
    try {
      readPluginConfig(config);
      return true;
    } catch {
      return false;
    }
  };

  test.each<[boolean, unknown]>([
    [true, {}],
    [true, { agents: ["lead", "coder"], turns: 64, turns_per_agent: 1, synthesis: "turn" }],
    [true, { limits: { depth: 0, timeout: "90s", reminder: "0s" } }],
    [false, { agents: "lead" }],
    [false, { agents: [""] }],
    [false, { turns: 0 }],
    [false, { turns: 65 }],
    [false, { turns: 1.5 }],
    [false, { turns_per_agent: 17 }],
    [false, { synthesis: "never" }],
    [false, { completion_seconds: 4 }],
    [false, { completion_seconds: 601 }],
    [false, { limits: { timeout: "soon" } }],
    [false, { limits: { answer: "0s" } }],
    [false, { limits: { depth: 101 } }],
    [false, { limits: { brains: 3 } }],
    [false, { max_attempts: 0 }],
    [false, { on_failure: "ignore" }],
    [false, { colour: "red" }],
  ])("%s: %j", (expected, config) => {
    expect(check(config)).toBe(expected);
    expect(isTaken(config)).toBe(expected);
  });
});

test("what is wrong is named", () => {
  expect(() => readPluginConfig({ turn: 3 })).toThrow(/turn/);
  expect(() => readPluginConfig({ limits: { depth: -1 } })).toThrow(/depth/);
});
