import type { Scenario } from "./scenario.ts";
import type { Outcome } from "./simulation.ts";

/** What happened, as a person reads it: when, who, what. */
export function formatStory(scenario: Scenario, { history, faults, steps, took }: Outcome): string {
  const lines = history.map(
    ({ at, who, text }) => `${seconds(at).padStart(11)}  ${who.padEnd(8)} ${text.split("\n", 1)[0]}`,
  );
  return [
    `seed ${scenario.seed}: ${scenario.hosts.map((agents) => agents.join(" ")).join(" | ")}`,
    ...scenario.jobs.map(
      ({ id, agent, how, steered }) => `  ${id} for ${agent}, ${how}${steered ? ", steered" : ""}`,
    ),
    `  network ${JSON.stringify(scenario.network)}`,
    ...scenario.disturbances.map(({ at, ...what }) => `  at ${seconds(at)} ${JSON.stringify(what)}`),
    "",
    ...lines,
    "",
    `${steps} steps, ${seconds(took)} of virtual time`,
    ...(faults.length === 0 ? ["all is well"] : faults.map((fault) => `FAULT: ${fault}`)),
  ].join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
