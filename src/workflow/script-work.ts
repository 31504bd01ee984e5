import { randomBytes } from "node:crypto";
import type { Work } from "../host/submit.ts";
import type { Amounts } from "../protocol/amounts.ts";
import type { Script } from "../protocol/script.ts";
import { scriptHash } from "../protocol/script-hash.ts";
import { checkScript } from "../script/check-script.ts";

export interface ScriptOrder {
  program: string;
  /** Of a saved script, the name that it was saved under; else `meta` says it. */
  name?: string | undefined;
  title?: string | undefined;
  /** JSON. */
  args?: string | undefined;
  concurrency?: number | undefined;
  budget?: Amounts | undefined;
  /** A person has approved exactly this. */
  isApproved: boolean;
}

/** What a person, or an agent for one, gives in when a script is to be run. @throws E_SCRIPT, with line and column */
export function scriptWork({ program, budget, isApproved, ...order }: ScriptOrder): Work {
  const { meta } = checkScript(program);
  const { args, concurrency, name = meta?.name } = order;
  const script: Script = {
    ...(name === undefined ? {} : { name }),
    ...(args === undefined ? {} : { args }),
    ...(concurrency === undefined ? {} : { concurrency }),
    now: Date.now(),
    seed: randomBytes(16).toString("hex"),
  };
  return {
    instructions: program,
    title: order.title ?? meta?.description ?? name ?? "A workflow script",
    script: isApproved ? { ...script, approved: scriptHash(program, script, budget) } : script,
    ...(budget === undefined ? {} : { budget }),
  };
}
