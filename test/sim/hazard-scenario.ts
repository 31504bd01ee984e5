import { expect } from "vitest";
import type { Disturbance, Job, Scenario } from "./scenario.ts";
import { simulate } from "./simulation.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const QUIET = { lost: 0, unanswered: 0, repeated: 0, silent: 0, delay: 0, hints: 1 };
export const JOB: Job = { id: "j1", agent: "a", at: 100, how: "send", name: "job.md", steered: false };

/** Two hosts, three agents, one job of some pieces that crosses between the hosts. */
export function scenario(more: Partial<Scenario> = {}): Scenario {
  return {
    seed: 3,
    hosts: [["a"], ["b", "c"]],
    shape: { seed: 93, agents: ["a", "b", "c"], depth: 2, width: 3, failing: false },
    jobs: [JOB],
    network: QUIET,
    slowness: 200,
    syncing: 5,
    syncAll: true,
    tight: false,
    disturbances: [],
    ...more,
  };
}

export const ONE_HOST = { hosts: [["a", "b", "c"]] };

export async function holds(more: Partial<Scenario>): Promise<void> {
  const { faults } = await simulate(scenario(more));
  expect({ disturbances: more.disturbances, faults }).toEqual({
    disturbances: more.disturbances,
    faults: [],
  });
}

/** The same with the disturbance at many moments. */
export async function holdsAt(
  moments: readonly number[],
  of: (moment: number) => Disturbance[],
  more: Partial<Scenario> = {},
) {
  for (const moment of moments) await holds({ ...more, disturbances: of(moment) });
}

export function upTo(last: number, step: number): number[] {
  return Array.from({ length: Math.floor(last / step) }, (_, index) => 1 + index * step);
}

export const power = (at: number, host: number, calls: number): Disturbance => ({
  at,
  kind: "power",
  host,
  calls,
  down: 10,
});
export const kill = (at: number, host: number, calls: number): Disturbance => ({
  at,
  kind: "kill",
  host,
  calls,
  down: 10,
});
