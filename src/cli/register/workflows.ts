import type { Register } from "./register.ts";

/** The command for workflow scripts. */
export function registerWorkflows({ add, io, done }: Register): void {
  add(
    "workflow <action> [what]",
    "Workflow scripts: run, validate, list, status, show, resume, cancel, save, saved",
    [
      'clawflow workflow run audit.js --args \'{"folder": "src"}\'',
      "clawflow workflow validate audit.js",
      "clawflow workflow save audit.js --name audit",
      "clawflow workflow status audit-k3f9x2",
      "clawflow workflow cancel audit-k3f9x2/read-a-51c2f0aa",
      "clawflow workflow resume audit-k3f9x2",
    ],
  )
    .option("--args <json>", "run: what the script gets as `args`")
    .option("--yes", "run: approve exactly this script, its arguments, limits and budget")
    .option("--again", "run: also where the same was done before")
    .option("--title <text>", "run: title (default: the description in `meta`)")
    .option("--concurrency <n>", "run: calls under way at a time, at most 16")
    .option("--tasks <n>", "run: budget: tasks, this one and all below it")
    .option("--tokens <n>", "run: budget: tokens")
    .option("--usd <n>", "run: budget: money")
    .option(
      "--timeout <duration>",
      "run: stop waiting after 30s, 5m, 2h; the run goes on when the team is hosted",
    )
    .option("--script <file>", "resume: with this text in place of the one that ran")
    .option("--name <name>", "save: the name (default: that in `meta`)")
    .option("--approve", "save: runs of exactly this text need no other approval")
    .action(async (action, what, options) =>
      done(await (await import("../commands/workflow.ts")).workflowCommand(io, action, what, options)),
    );
}
