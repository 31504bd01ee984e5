import type { Stats } from "../../view/stats/stats.ts";
import type { Durations, Tally } from "../../view/stats/tally.ts";
import { padded, plainLine } from "./plain.ts";
import { elapsed } from "./time.ts";

const HEADS = [
  "done",
  "failed",
  "cancelled",
  "open",
  "median",
  "p90",
  "longest",
  "waited",
  "people",
  "calls",
  "thinking",
  "tokens",
  "usd",
];

/** A table: jobs, all tasks, each agent, each day. */
export function statsText(stats: Stats): string {
  const { jobs, tasks, agents, days, since, until } = stats;
  const rows = [
    ["", ...HEADS],
    ["jobs", ...endingCells(jobs, jobs.open), "", "", "", "", "", ""],
    ["tasks", ...cellsOf(tasks, tasks.open)],
    ...agents.map((one) => [plainLine(one.agent, 30), ...cellsOf(one, one.open)]),
    ...days.map((one) => [one.day, ...cellsOf(one)]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? padded(cell, width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return `${since === undefined ? "Until" : `${since} to`} ${until}\n${lines.join("\n")}\n`;
}

type Ended = Pick<Tally, "done" | "failed" | "cancelled"> & { duration?: Durations };

function endingCells({ done, failed, cancelled, duration }: Ended, open?: number): string[] {
  const times = [duration?.median, duration?.p90, duration?.longest];
  return [
    ...[done, failed, cancelled].map(String),
    open === undefined ? "" : String(open),
    ...times.map((time) => (time === undefined ? "-" : elapsed(time))),
  ];
}

function cellsOf(tally: Tally, open?: number): string[] {
  const { waiting, calls, thinking, used } = tally;
  return [
    ...endingCells(tally, open),
    elapsed(waiting.agents),
    elapsed(waiting.people),
    String(calls),
    elapsed(thinking),
    String(used.tokens ?? "-"),
    String(used.usd ?? "-"),
  ];
}
