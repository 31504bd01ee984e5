import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { parseTeam } from "../../src/protocol/parse-team.ts";
import { agentConfigSchema, limitsSchema, teamSchema } from "../../src/protocol/team.ts";
import { readTeamHead, TEAM_HEAD_FIELDS } from "../../src/protocol/team-head.ts";

/** What the quick way gives must be what the codec gives; that it gives something is not asked. */
function agrees(text: string): boolean {
  const quick = readTeamHead(text);
  if (quick === undefined) return false;
  expect(parseTeam(text).agents).toMatchObject(quick.agents);
  expect(Object.keys(parseTeam(text).agents)).toEqual(Object.keys(quick.agents));
  return true;
}

const TEAM = `# our team
agents:
  lead:   {description: Splits the audit, peers: [reader, boss], brain: {command: [node, lead.mjs]}}
  reader: {description: Reads source files, brain: {text: claude}, concurrency: 4}
  writer: {peers: ["*"], brain: {module: ./writer.mjs}, workspace: ../writer, protocol: 1}
  editor:
    brain: {text: [claude, -p]}
  boss:   {brain: {person: me}}
limits: {depth: 3, timeout: 1h, message_bytes: 4096}
policy: {on_failure: continue, approval: {above: {subtasks: 3, usd: 2}}}
durability: os
`;

describe("the quick way to a team file", () => {
  test("knows every field that the schemas know", () => {
    // A team with rules for notifications is left to the codec.
    const { agents, limits, policy, durability: _durability, notify: _notify, ...more } = teamSchema.shape;
    expect([agents, limits, policy].includes(undefined as never) || Object.keys(more).length > 0).toBe(false);
    expect(TEAM_HEAD_FIELDS.agent.toSorted()).toEqual(Object.keys(agentConfigSchema.shape).toSorted());
    expect(TEAM_HEAD_FIELDS.limits.toSorted()).toEqual(Object.keys(limitsSchema.shape).toSorted());
  });

  test("reads the plain form", () => {
    expect(agrees(TEAM)).toBe(true);
  });

  const word = fc.constantFrom(
    "",
    "0",
    "65",
    "-1",
    "x",
    "[]",
    "[x]",
    "{}",
    "null",
    "true",
    "lead",
    "nobody",
    "1h",
    "0s",
    '""',
  );
  property.prop([fc.nat(60), word, fc.boolean()], { numRuns: 500 })(
    "takes nothing that the codec refuses",
    (at, other, key) => {
      let index = 0;
      const pattern = key ? /\b[a-z_]+(?=:)/g : /(?<=[:[,] )[^ {}[\],\n]+/g;
      agrees(TEAM.replace(pattern, (found) => (index++ === at ? other : found)));
      agrees(
        TEAM.split("\n")
          .toSpliced(at % 13, 1)
          .join("\n"),
      );
    },
  );
});
