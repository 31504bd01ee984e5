import { describe, expect, test } from "vitest";
import { parseTeam } from "../../src/protocol/parse-team.ts";
import { codeOf } from "./code-of.ts";

const one = (agent: string, rest = "") => `agents:\n  lead: ${agent}\n${rest}`;

describe("parseTeam", () => {
  test("takes every form of brain and fills in the defaults", () => {
    const team = parseTeam(`
agents:
  lead:   {description: Splits the audit, peers: [reader, writer], brain: {command: [node, lead.mjs]}}
  reader: {description: Reads source files, brain: {text: claude}, concurrency: 4}
  writer: {peers: ["*"], brain: {module: ./writer.mjs}}
  editor: {brain: {text: [claude, -p]}, workspace: ../editor, protocol: 1}
  boss:   {brain: {person: me}}
limits: {depth: 3, timeout: 1h}
`);
    expect(Object.keys(team.agents)).toEqual(["lead", "reader", "writer", "editor", "boss"]);
    expect(team.agents.writer).toEqual({
      description: "",
      peers: ["*"],
      brain: { module: "./writer.mjs" },
      concurrency: 1,
      protocol: 2,
    });
    expect(team.limits).toMatchObject({
      depth: 3,
      timeout: "1h",
      subtasks: 100,
      message_bytes: 4 * 1024 * 1024,
    });
    expect(team.durability).toBe("full");
  });

  test.each([
    ["nothing", "", "E_CONFIG"],
    ["a list", "- lead\n", "E_CONFIG"],
    ["no agents", "agents: {}\n", "E_CONFIG agents"],
    ["an unknown key", one("{brain: {module: x}}", "limit: {}\n"), "E_CONFIG limit"],
    ["an unknown key of an agent", one("{brain: {module: x}, peer: []}"), "E_CONFIG agents.lead.peer"],
    ["an unknown limit", one("{brain: {module: x}}", "limits: {dept: 3}\n"), "E_CONFIG limits.dept"],
    ["an agent without a brain", one("{description: x}"), "E_CONFIG agents.lead.brain"],
    ["an unknown brain", one("{brain: {comand: [x]}}"), "E_CONFIG agents.lead.brain.comand"],
    ["two brains", one("{brain: {command: [x], module: y}}"), "E_CONFIG agents.lead.brain"],
    ["a command as a text", one("{brain: {command: node x}}"), "E_CONFIG agents.lead.brain.command"],
    ["an empty command", one("{brain: {command: []}}"), "E_CONFIG agents.lead.brain.command"],
    [
      "a peer that is not there",
      one("{brain: {module: x}, peers: [rader]}"),
      "E_CONFIG agents.lead.peers[0]",
    ],
    ["itself as a peer", one("{brain: {module: x}, peers: [lead]}"), "E_CONFIG agents.lead.peers[0]"],
    ["a bad agent id", "agents:\n  ../x: {brain: {module: x}}\n", "E_CONFIG agents.../x"],
    ["a reserved agent id", "agents:\n  human: {brain: {module: x}}\n", "E_CONFIG agents.human"],
    [
      "a duration without a unit",
      one("{brain: {module: x}}", "limits: {timeout: 30}\n"),
      "E_CONFIG limits.timeout",
    ],
    [
      "a duration of no kind",
      one("{brain: {module: x}}", "limits: {silence: 1d}\n"),
      "E_CONFIG limits.silence",
    ],
    ["no slots", one("{brain: {module: x}, concurrency: 0}"), "E_CONFIG agents.lead.concurrency"],
    [
      "an agent twice",
      `${one("{brain: {module: x}}")}  lead: {brain: {module: y}}\n`,
      "E_CONFIG agents.lead",
    ],
    ["broken YAML", "agents: [\n", "E_CONFIG line 2, column 1"],
  ])("refuses %s", (_, text, expected) => {
    expect(codeOf(() => parseTeam(text))).toBe(expected);
  });

  test("says what was meant", () => {
    expect(() => parseTeam(one("{brain: {module: x}, peer: []}"))).toThrow(/Did you mean peers\?/);
    expect(() => parseTeam(one("{brain: {comand: [x]}}"))).toThrow(/Did you mean command\?/);
    expect(() =>
      parseTeam(`${one("{brain: {module: x}, peers: [rader]}")}  reader: {brain: {module: y}}\n`),
    ).toThrow(/Did you mean reader\?/);
  });
});
