import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { personBrain } from "../../src/brain/person-brain.ts";
import type { Place } from "../../src/cli/place.ts";
import { runWords } from "../../src/cli/run-words.ts";
import type { Host } from "../../src/host/host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";
import { startHost, tempRoot } from "../host/team.ts";
import { ladder, type Order } from "../view/stuck.ts";

export interface RandomState {
  /** From where commands find the root. */
  cwd: string;
  place: Place;
  /** What led here last. */
  step: string;
}

/** A team at work, and a person who does one thing after the other to it, by chance: the files after each. */
export async function* randomStates(count: number, seed: number): AsyncGenerator<RandomState> {
  const random = randomFrom(seed);
  const cwd = tempRoot();
  const root = join(cwd, ".clawflow", "agents");
  mkdirSync(root, { recursive: true });
  const robin = { brain: personBrain("Robin") };
  const { lead, ...others } = ladder();
  if (lead === undefined) throw new Error("the ladder has a lead");
  const agents = { ...others, robin, lead: { ...lead, peers: ["mid", "worker", "robin"] } };
  const host = await startHost({ root, agents, look: 50 });
  const place: Place = { disk: nodeDisk(), root, agents: agentsOfRoot(nodeDisk(), root) };
  for (let n = 0; n < count; n++) {
    const step = await takeStep(host, place, random);
    await pause(random(40));
    yield { cwd, place, step };
  }
}

const CONTROLS = ["pause", "resume", "cancel", "approve", "reject", "answer", "retry"] as const;

async function takeStep(host: Host, place: Place, random: Random): Promise<string> {
  const open = (await look(place, "status")).running as { agent: string; task_id: string }[];
  const one = open[random(open.length + 2)];
  if (one === undefined) {
    const order = randomOrder(random, 2);
    const { task_id } = await submitTask(host, "lead", JSON.stringify(order));
    return `gave ${task_id}: ${JSON.stringify(order)}`;
  }
  const control = CONTROLS[random(CONTROLS.length)] ?? "pause";
  const words = [control, one.task_id, ...(control === "answer" ? ["yes"] : []), "--agent", one.agent];
  const { code } = await runWords(words, embeddedIn(place), () => true);
  return `${words.join(" ")}: ${code}`;
}

function randomOrder(random: Random, levels: number): Order {
  const leaves: Order[] = [{ say: "fine" }, { fail: "broken" }, { ask: "which?" }, { hang: true }];
  if (levels === 0 || random(4) === 0) return leaves[random(leaves.length)] ?? { say: "fine" };
  const agent = levels === 2 ? ["mid", "worker", "robin"] : ["worker"];
  const parts = Array.from({ length: 1 + random(3) }, (_, n) => [
    `part-${n}`,
    {
      agent: agent[random(agent.length)] ?? "worker",
      do: randomOrder(random, levels - 1),
      ...(n > 0 && random(2) === 0 ? { depends_on: [`part-${n - 1}`] } : {}),
    },
  ]);
  const policy = [{}, { approval: "always" }, { on_failure: "continue" }][random(3)] ?? {};
  return { split: Object.fromEntries(parts), policy };
}

/** What a command prints as JSON. */
export async function look(place: Place, ...words: string[]) {
  const { out, err } = await runWords([...words, "--json"], embeddedIn(place), () => true);
  try {
    return JSON.parse(out);
  } catch {
    throw new Error(`${words.join(" ")}: ${out}${err}`);
  }
}

function embeddedIn(place: Place) {
  return { program: "clawflow", start: "clawflow up", place };
}

/** A whole number below that. */
type Random = (below: number) => number;

function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
