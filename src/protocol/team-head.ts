import { AGENT_ID, RESERVED_AGENTS } from "./ids.ts";
import { parseSimpleYaml } from "./parse-simple-yaml.ts";
import {
  either,
  type Fields,
  fields,
  like,
  listOf,
  mapOf,
  oneOf,
  optional,
  text,
  whole,
} from "./quick-shape.ts";
import { approval } from "./task-head.ts";
import type { BrainConfig } from "./team.ts";

/** What those who only look need of a team file. */
export interface TeamHead {
  agents: Record<string, { brain: BrainConfig; peers: string[]; workspace?: string | undefined }>;
}

/**
 * The quick way to a team file. `undefined`: it is not in a plain form, or something is wrong with it; `parseTeam` then reads or refuses it.
 * Where there is a value `parseTeam` accepts the text: a property test holds the two together.
 */
export function readTeamHead(yamlText: string): TeamHead | undefined {
  const data = parseSimpleYaml(yamlText);
  const team = data === undefined ? undefined : (TEAM(data) as TeamHead | undefined);
  if (team === undefined) return undefined;
  const ids = Object.keys(team.agents);
  const isSound = ids.every((id) => {
    const peers = team.agents[id]?.peers ?? [];
    return (
      !RESERVED_AGENTS.includes(id) &&
      peers.every((peer) => peer === "*" || (ids.includes(peer) && peer !== id))
    );
  });
  return ids.length > 0 && isSound ? team : undefined;
}

const filled = like(/[\s\S]/);
const duration = optional(like(/^\d+(ms|s|m|h)$/));
const brain = either(
  fields({ command: listOf(text, 1) }),
  fields({ text: either(listOf(text, 1), filled) }),
  fields({ module: filled }),
  fields({ person: filled }),
);
const AGENT_FIELDS: Fields = {
  description: optional(text),
  peers: optional(listOf(text), []),
  brain,
  concurrency: optional(whole(1, 64)),
  workspace: optional(text),
  protocol: optional(oneOf([1, 2])),
};
const LIMIT_FIELDS: Fields = {
  depth: optional(whole(0, 100)),
  subtasks: optional(whole(1, 1000)),
  concurrency: optional(whole(1, 1000)),
  brains: optional(whole(1, 1024)),
  message_bytes: optional(whole(1024, 64 * 1024 * 1024)),
  context_bytes: optional(whole(0)),
  timeout: duration,
  silence: duration,
  delivery: duration,
  answer: optional(like(/^(?!0+\D)\d+(ms|s|m|h)$/)),
  reminder: duration,
  retries: optional(whole(0, 100)),
};
const policy = fields({
  on_failure: optional(oneOf(["fail-fast", "continue"])),
  max_attempts: optional(whole(1)),
  approval: optional(approval),
});
const TEAM = fields({
  agents: mapOf(fields(AGENT_FIELDS), AGENT_ID),
  limits: optional(fields(LIMIT_FIELDS)),
  policy: optional(policy),
  durability: optional(oneOf(["full", "os"])),
});

/** The fields that are known here: all that the schemas know. */
export const TEAM_HEAD_FIELDS = { agent: Object.keys(AGENT_FIELDS), limits: Object.keys(LIMIT_FIELDS) };
