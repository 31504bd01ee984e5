import { resolve } from "node:path";
import type { BrainConfig } from "../protocol/team.ts";
import { commandBrain } from "./command-brain.ts";
import { moduleBrain } from "./module-brain.ts";
import { personBrain } from "./person-brain.ts";
import { textBrain } from "./text-brain.ts";
import type { Brain } from "./types.ts";

/**
 * The brain that a team file names. Paths in it are relative to `directory`, the team file's folder (absolute).
 *
 * @throws ClawflowError E_CONFIG for a preset that does not exist.
 */
export function makeBrain(
  config: BrainConfig,
  { agent, directory }: { agent: string; directory: string },
): Brain {
  if ("command" in config) return commandBrain({ command: config.command, cwd: directory, agent });
  if ("module" in config) return moduleBrain(resolve(directory, config.module));
  if ("person" in config) return personBrain(config.person);
  const { text } = config;
  return textBrain({
    ...(typeof text === "string" ? { preset: text } : { command: text }),
    cwd: directory,
    agent,
  });
}
