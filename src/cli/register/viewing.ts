import type { Register } from "./register.ts";

/** What a person looks at for as long as they like. Not among `looking.ts`: what is shown there is what those commands print. */
export function registerViewing({ add, io, done }: Register): void {
  add("top", "Status, trees and messages in a terminal as they change, and a key for each action", [
    "clawflow top",
    "clawflow top --root /srv/team/.clawflow/agents",
  ]).action(async (options) => done(await (await import("../../terminal/top.ts")).topCommand(io, options)));
  add("dashboard", "Status, trees, messages and every action in a browser on this machine", [
    "clawflow dashboard",
    "clawflow dashboard --port 8080 --no-open",
    "clawflow dashboard --metrics ~/.clawflow-metrics",
  ])
    .option("--port <n>", "where it listens (default: 7433, or where that is taken any other; 0: any)")
    .option("--no-open", "only print the link")
    .option(
      "--metrics <file>",
      "for Prometheus at /metrics: the secret is in this file, made if there is none",
    )
    .action(async (options) =>
      done(await (await import("../../dashboard/dashboard-command.ts")).dashboardCommand(io, options)),
    );
}
