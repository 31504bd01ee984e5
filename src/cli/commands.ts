import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

/** Adds every command, in the order of the help. @param done takes the exit code of the one that ran */
export function addCommands(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const add = (usage: string, summary: string, examples: readonly string[]): Command => {
    const command = program
      .command(usage)
      .description(summary)
      .option("--root <folder>", "folder of the workspaces (default: .clawflow/agents here or above)")
      .option("--team <file>", "team file (default: team.yaml here or above)")
      .option("--agent <id>", "the agent (default: the first of the team file)")
      .option("--json", "print one JSON value of a documented shape")
      .addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
    return command;
  };
  work(add, io, done);
  look(add, io, done);
}

type Add = (usage: string, summary: string, examples: readonly string[]) => Command;
type Done = (code: ExitCode) => void;

function work(add: Add, io: Io, done: Done): void {
  withWorkOptions(
    add("run [instructions]", "Host the agents, give them work, wait, print the answer", [
      'clawflow run "Compare the two drafts"',
      "clawflow run job.md --timeout 10m",
      "git diff | clawflow run - --agent reviewer",
      "clawflow run --resume compare-k3f9x2",
    ]),
  )
    .option("--resume <task>", "go on with a task that is there")
    .option("--timeout <duration>", "stop waiting after 30s, 5m, 2h; the work can be resumed")
    .action(async (given, options) =>
      done(await (await import("./commands/run.ts")).runCommand(io, given, options)),
    );
  withWorkOptions(
    add("send <agent> [file]", "Put a task, or a whole message, into an agent's inbox", [
      "clawflow send lead job.md",
      'echo "Compare the two drafts" | clawflow send lead',
      "clawflow send lead job.md --wait --timeout 5m",
    ]),
  )
    .option("--wait", "wait for the answer and print it")
    .option("--timeout <duration>", "with --wait: stop waiting after 30s, 5m, 2h")
    .action(async (agent, file = "-", options) =>
      done(await (await import("./commands/send.ts")).sendCommand(io, agent, file, options)),
    );
}

function look(add: Add, io: Io, done: Done): void {
  add("status [task]", "What is going on: problems first, then what runs, then what was finished", [
    "clawflow status",
    "clawflow status compare-k3f9x2",
    "clawflow status --json | jq .problems",
  ]).action(async (task, options) =>
    done(await (await import("./commands/status.ts")).statusCommand(io, task, options)),
  );
  add("tree [task]", "The whole tree of a job, through all agents (default: the last job)", [
    "clawflow tree",
    "clawflow tree compare-k3f9x2",
  ]).action(async (task, options) =>
    done(await (await import("./commands/tree.ts")).treeCommand(io, task, options)),
  );
}

function withWorkOptions(command: Command): Command {
  return command
    .option("--title <text>", "title (default: the first line)")
    .option("--tasks <n>", "budget: tasks, this one and all below it")
    .option("--tokens <n>", "budget: tokens")
    .option("--usd <n>", "budget: money")
    .option("--on-failure <policy>", "fail-fast or continue")
    .option("--max-attempts <n>", "attempts of each subtask");
}
