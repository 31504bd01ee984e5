import type { Command } from "commander";
import type { Register } from "./register.ts";

/** Commands that give work and host agents. */
export function registerRunning({ add, io, done }: Register): void {
  add("init [folder]", "Write a team file, two agents and a first task to try", [
    "clawflow init",
    "clawflow init my-team && cd my-team && clawflow run first-task.md",
  ]).action(async (folder, options) =>
    done(await (await import("../commands/init.ts")).initCommand(io, folder, options)),
  );
  const run = add("run [instructions]", "Host the agents, give them work, wait, print the answer", [
    'clawflow run "Compare the two drafts"',
    "clawflow run job.md --timeout 10m",
    "git diff | clawflow run - --agent reviewer",
    "clawflow run --resume compare-k3f9x2",
  ]);
  withWorkOptions(run)
    .option("--resume <task>", "go on with a task that is there")
    .option("--timeout <duration>", "stop waiting after 30s, 5m, 2h; the work can be resumed")
    .action(async (given, options) =>
      done(await (await import("../commands/run.ts")).runCommand(io, given, options)),
    );
  add("up", "Host the agents until stopped", [
    "clawflow up",
    "clawflow up --only reader,writer",
    "clawflow up --openclaw",
  ])
    .option("--only <agents>", "these alone; the others are reached at their workspaces")
    .option("--openclaw", "the agents of OpenClaw's configuration, each turn by `openclaw agent`")
    .option("--take-over", "from a host of another machine, or a stopped one, that surely does not go on")
    .action(async (options) => done(await (await import("../commands/up.ts")).upCommand(io, options)));
}

/** The command that gives work to agents that are hosted elsewhere, or later. */
export function registerGiving({ add, io, done }: Register): void {
  const send = add("send <agent> [file]", "Put a task, or a whole message, into an agent's inbox", [
    "clawflow send lead job.md",
    'echo "Compare the two drafts" | clawflow send lead',
    'clawflow send lead "Read what is new" --id news-2026-11-21',
    "clawflow send lead job.md --wait --timeout 5m",
  ]);
  withWorkOptions(send)
    .option("--id <id>", "of the task: the same once more is not done again")
    .option("--wait", "wait for the answer and print it")
    .option("--timeout <duration>", "with --wait: stop waiting after 30s, 5m, 2h")
    .action(async (agent, file = "-", options) =>
      done(await (await import("../commands/send.ts")).sendCommand(io, agent, file, options)),
    );
}

function withWorkOptions(command: Command): Command {
  return command
    .option("--title <text>", "title (default: the first line)")
    .option("--tasks <n>", "budget: tasks, this one and all below it")
    .option("--tokens <n>", "budget: tokens")
    .option("--usd <n>", "budget: money")
    .option("--on-failure <policy>", "fail-fast or continue")
    .option("--max-attempts <n>", "attempts of each subtask")
    .option("--approval <when>", "when a plan waits for a person: always, first or never");
}
