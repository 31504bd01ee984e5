import { Command } from "commander";
import { expect, test } from "vitest";
import { addEmbeddedCommands } from "../../src/cli/embedded-commands.ts";
import type { Io } from "../../src/cli/io.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { readAgents } from "../../src/host/openclaw-agents.ts";
import { COMMAND_SCOPES } from "../../src/openclaw/command-permissions.ts";
import { GATEWAY_METHODS } from "../../src/openclaw/gateway-methods.ts";
import { OPENCLAW_VERSION, pluginManifest } from "../../src/openclaw/manifest.ts";
import { pluginConfigJsonSchema, readPluginConfig } from "../../src/openclaw/plugin-config.ts";
import { SETUP_OPTIONS } from "../../src/openclaw/setup/add-setup.ts";
import { planSetup } from "../../src/openclaw/setup/plan-setup.ts";
import { ERROR_CODES } from "../../src/protocol/errors.ts";
import { codeWords, fences, readDoc, sectionOf, tableRows } from "./docs.ts";

const page = readDoc("docs/openclaw.md");

interface Schema {
  default?: unknown;
  minimum?: number;
  maximum?: number;
  enum?: string[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
}

interface Key extends Schema {
  key: string;
  needed: boolean;
}

/** Keys that hold a value, with dots for what is inside; `<id>` is any. */
function keysOf({ properties = {}, required = [], additionalProperties }: Schema, at = ""): Key[] {
  const fixed = Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    needed: required.includes(name),
  }));
  const any =
    typeof additionalProperties === "object"
      ? [{ name: "<id>", schema: additionalProperties, needed: false }]
      : [];
  return [...fixed, ...any].flatMap(({ name, schema, needed }) => {
    const inside = keysOf(schema, `${at}${name}.`);
    return inside.length > 0 ? inside : [{ ...schema, key: `${at}${name}`, needed }];
  });
}

const keys = keysOf(pluginConfigJsonSchema() as Schema);
const rows = tableRows(sectionOf(page, "## Configuration"));

test("every key of the configuration stands in the table, in its order", () => {
  expect(rows.map(([key = ""]) => codeWords(key)[0])).toEqual(keys.map(({ key }) => key));
});

test.each(keys)("the default and the range of $key are as the table says", (key) => {
  const [, value = "", meaning = ""] = rows.find(([name]) => name === `\`${key.key}\``) ?? [];
  expect(value).toBe(key.needed ? "needed" : `\`${JSON.stringify(key.default)}\``);
  const { minimum, maximum = Number.MAX_SAFE_INTEGER } = key;
  if (minimum !== undefined && minimum > 0 && maximum < 1000)
    expect(meaning).toContain(`${minimum} to ${maximum}`);
  for (const word of key.enum ?? []) expect(meaning).toContain(`\`${word}\``);
});

test("every tool stands in the tables, and no other", () => {
  const named = tableRows(sectionOf(page, "## Tools")).map(([tool = ""]) => codeWords(tool)[0]);
  expect(named).toEqual(manifestTools());
});

const words = (heading: string, column: number) =>
  tableRows(sectionOf(page, heading)).map((cells) => codeWords(cells[column] ?? "")[0]);

test("every command of chats and every gateway method stands in the table, with its permission", () => {
  const heading = "## Commands and permissions";
  const commands = words(heading, 0);
  const permissions = words(heading, 2);
  expect(Object.fromEntries(commands.map((name, row) => [name, permissions[row]]))).toEqual(COMMAND_SCOPES);
  const methods = words(heading, 1).map((name, row) => [name, permissions[row]]);
  expect(Object.fromEntries(methods)).toEqual(Object.fromEntries(GATEWAY_METHODS));
});

test("the shell command has every command that hosts no agents", () => {
  const io = {} as Io;
  const all = makeProgram(io).program.commands.map((command) => command.name());
  const embedded = [...addEmbeddedCommands(new Command(), io, () => {}).keys()];
  expect(sectionOf(page, "## Commands and permissions")).toContain("without `init`, `run`, `up`");
  expect(all.filter((name) => !embedded.includes(name)).sort()).toEqual([
    "completion",
    "dashboard",
    "export",
    "init",
    "notify",
    "run",
    "top",
    "up",
    "vault",
    "workflow",
  ]);
});

test("every option of setup stands in its table", () => {
  const options = words("## Setup", 0).filter((word) => word?.startsWith("--"));
  expect(options).toEqual(SETUP_OPTIONS.map(([flags]) => flags));
});

test("every setting that setup makes stands in its table", () => {
  const lists = { allow: [], sandbox: { tools: { allow: [] } } };
  const config = {
    plugins: { allow: [] },
    tools: lists,
    agents: { entries: { lead: { tools: lists } } },
  };
  const named = tableRows(sectionOf(page, "## Setup")).flatMap(([cell = ""]) => codeWords(cell));
  for (const { path } of planSetup(config, ["lead"]).changes) {
    const setting = path.join(".").replace(/^agents\.entries\.lead\./, "");
    expect(named).toContain(setting);
  }
});

test("the configuration of another gateway's agent is taken", () => {
  const examples = fences(page).filter(({ info }) => info === "json config");
  expect(examples).toHaveLength(1);
  for (const { text } of examples) expect(readPluginConfig(JSON.parse(text))).toMatchObject(JSON.parse(text));
});

test("the agents of the example are read as the page says", () => {
  const example = fences(sectionOf(page, "## Setup")).find(({ info }) => info === "json");
  const config = JSON.parse(example?.text ?? "");
  const { agents, problems } = readAgents(config, {
    taking: ["*"],
    workspaceOf: (id) => config.agents.entries[id].workspace,
  });
  expect(problems).toEqual([]);
  expect(agents.map(({ id, peers }) => [id, peers])).toEqual([
    ["lead", ["reader", "writer"]],
    ["reader", []],
    ["writer", []],
  ]);
  expect(agents[1]?.description).toBe("Reads code and documents; finds and lists.");
});

test("the release and the codes that it names are right", () => {
  expect(page).toContain(`tested with OpenClaw ${OPENCLAW_VERSION}`);
  for (const [code] of page.matchAll(/\bE_[A-Z_]+\b/g)) expect(ERROR_CODES).toContain(code);
});

function manifestTools(): string[] {
  return (pluginManifest("0.0.0") as { contracts: { tools: string[] } }).contracts.tools;
}
