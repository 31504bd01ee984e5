import { checkShape } from "./check-shape.ts";
import { ClawflowError, type ErrorDetail } from "./errors.ts";
import { AGENT_ID, RESERVED_AGENTS } from "./ids.ts";
import { nearest } from "./nearest.ts";
import { parseYaml } from "./parse-yaml.ts";
import { foundText, isPlainObject, withoutBlanks } from "./plain-value.ts";
import { type Team, teamSchema } from "./team.ts";

const BRAINS = ["command", "text", "module", "person"];

/** A team file, defaults filled in. @throws E_CONFIG that names the key */
export function parseTeam(yamlText: string): Team {
  const value = parseYaml(yamlText.replace(/^\ufeff/, ""), "E_CONFIG");
  if (isPlainObject(value) && isPlainObject(value.agents)) checkAgents(value.agents);
  const team = checkShape(teamSchema, isPlainObject(value) ? withoutBlanks(value) : value, "E_CONFIG");
  const ids = Object.keys(team.agents);
  if (ids.length === 0) {
    throw config("no agents", { at: "agents", expected: "at least one agent: {brain: …}" });
  }
  for (const [id, agent] of Object.entries(team.agents)) checkPeers(id, agent.peers, ids);
  for (const [index, { agents = [] }] of team.notify.entries()) checkAgentsOfRule(index, agents, ids);
  return team;
}

/** What the schema would say less clearly: a bad id, and a brain of no known form. */
function checkAgents(agents: Record<string, unknown>): void {
  for (const [id, agent] of Object.entries(agents)) {
    if (!AGENT_ID.test(id) || RESERVED_AGENTS.includes(id)) {
      throw config("not an agent id", {
        at: `agents.${id}`,
        expected: `1 to 64 of a-z 0-9 _ -, beginning with a letter or digit, and none of ${RESERVED_AGENTS.join(", ")}`,
        found: foundText(id),
      });
    }
    if (isPlainObject(agent) && agent.brain !== undefined) checkBrain(agent.brain, `agents.${id}.brain`);
  }
}

function checkBrain(brain: unknown, at: string): void {
  const keys = isPlainObject(brain) ? Object.keys(brain) : [];
  const key = keys[0] ?? "";
  if (keys.length === 1 && BRAINS.includes(key)) return;
  const meant = keys.length === 1 ? nearest(key, BRAINS) : undefined;
  throw config("not a brain", {
    at: keys.length === 1 ? `${at}.${key}` : at,
    expected: `exactly one of ${BRAINS.join(", ")}, as in {command: [node, agent.mjs]}`,
    found: foundText(brain),
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  });
}

function checkPeers(id: string, peers: readonly string[], ids: readonly string[]): void {
  for (const [index, peer] of peers.entries()) {
    if (peer === "*" || (ids.includes(peer) && peer !== id)) continue;
    const others = ids.filter((other) => other !== id);
    const meant = nearest(peer, others);
    throw config(peer === id ? "an agent is not its own peer" : "not an agent of this team", {
      at: `agents.${id}.peers[${index}]`,
      expected: `"*" or one of ${others.join(", ")}`,
      found: foundText(peer),
      ...(peer === id ? { hint: "Subtasks of its own need no peer: agent: self" } : {}),
      ...(peer !== id && meant !== undefined ? { hint: `Did you mean ${meant}?` } : {}),
    });
  }
}

function checkAgentsOfRule(rule: number, agents: readonly string[], ids: readonly string[]): void {
  for (const [index, agent] of agents.entries()) {
    if (ids.includes(agent)) continue;
    const meant = nearest(agent, ids);
    throw config("not an agent of this team", {
      at: `notify[${rule}].agents[${index}]`,
      expected: `one of ${ids.join(", ")}`,
      found: foundText(agent),
      ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
    });
  }
}

function config(summary: string, detail: ErrorDetail): ClawflowError {
  return new ClawflowError("E_CONFIG", summary, detail);
}
