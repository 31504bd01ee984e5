import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Fence, fences, PROJECT, readDoc } from "../docs/docs.ts";

export const SKILL = "skills/clawflow";

/** The files of the skill, relative to the project. */
export const SKILL_FILES = (readdirSync(join(PROJECT, SKILL), { recursive: true }) as string[])
  .filter((path) => path.endsWith(".md"))
  .map((path) => `${SKILL}/${path}`)
  .sort();

export interface Example extends Fence {
  path: string;
}

/** The fenced examples of all its files, in their order. */
export const EXAMPLES: Example[] = SKILL_FILES.flatMap((path) =>
  fences(readDoc(path)).map((fence) => ({ path, ...fence })),
);

/** The one example of that info string. */
export function exampleOf(info: string): string {
  const found = EXAMPLES.filter((example) => example.info === info);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} examples "${info}"`);
  return found[0].text;
}
