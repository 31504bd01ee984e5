import type { Register } from "./register.ts";

const FOR_AGENT = ["--for-agent", "short plain lines for a model to read"] as const;

/** Commands that only read. */
export function registerLooking({ add, io, done }: Register): void {
  add("status [task]", "What is going on: what needs a person first, then what runs, what was finished", [
    "clawflow status",
    "clawflow status compare-k3f9x2",
    "clawflow status --json | jq .problems",
  ])
    .option(...FOR_AGENT)
    .action(async (task, options) =>
      done(await (await import("../commands/status.ts")).statusCommand(io, task, options)),
    );
  add(
    "why [task]",
    "The one thing that holds a task back, and what would move it (default: of every open job)",
    ["clawflow why", "clawflow why compare-k3f9x2", "clawflow why compare-k3f9x2/first-draft"],
  )
    .option(...FOR_AGENT)
    .action(async (task, options) =>
      done(await (await import("../commands/why.ts")).whyCommand(io, task, options)),
    );
  add("tree [task]", "The whole tree of a job, through all agents (default: the last job)", [
    "clawflow tree",
    "clawflow tree compare-k3f9x2",
  ])
    .option(...FOR_AGENT)
    .action(async (task, options) =>
      done(await (await import("../commands/tree.ts")).treeCommand(io, task, options)),
    );
  add("show <what>", "One task with its texts and results, or one message as it stands", [
    "clawflow show compare-k3f9x2",
    "clawflow show compare-k3f9x2/first-draft",
    "clawflow show m-0123456789abcdef01234567",
  ])
    .option(...FOR_AGENT)
    .action(async (what, options) =>
      done(await (await import("../commands/show.ts")).showCommand(io, what, options)),
    );
  add("inbox [agent]", "What an agent got: what waits, and what it handled last", [
    "clawflow inbox",
    "clawflow inbox reader --json",
  ]).action(async (agent, options) =>
    done(await (await import("../commands/inbox.ts")).inboxCommand(io, agent, options)),
  );
  add("log", "Every event that the files tell of; with --json one event a line", [
    "clawflow log --since 10m",
    "clawflow log --task compare-k3f9x2",
    "clawflow log --json --follow --cursor ~/.clawflow-seen",
    "clawflow log --follow --json | jq -c 'select(.event == \"task:finished\")'",
  ])
    .option("--follow", "go on until stopped")
    .option("--since <time>", "from then on: 30s, 5m, 2h, 7d ago, or a time")
    .option("--task <task>", "of this job alone, through all agents, or of a part of it: TASK/SUBTASK")
    .option("--cursor <file>", "only what was not printed with this cursor before; the file is made")
    .action(async (options) => done(await (await import("../commands/log.ts")).logCommand(io, options)));
  add("search <text...>", "Tasks, messages and results of all agents in which all the words occur", [
    'clawflow search "missing permission check"',
    "clawflow search klingon --limit 5 --json | jq -r '.found[].file'",
  ])
    .option("--limit <n>", "at most so many, the newest", "50")
    .action(async (text, options) =>
      done(await (await import("../commands/search.ts")).searchCommand(io, text, options)),
    );
  add("stats", "What was done, how long it took and waited, and what it cost: in all, by agent, by day", [
    "clawflow stats",
    "clawflow stats --since 7d",
    "clawflow stats --json | jq .tasks.used",
  ])
    .option("--since <time>", "what ended from then on: 30s, 5m, 2h, 7d ago, or a time")
    .action(async (options) => done(await (await import("../commands/stats.ts")).statsCommand(io, options)));
  add("calls <task>", "Every question that a brain was asked for a task, and how it ended", [
    "clawflow calls compare-k3f9x2",
  ]).action(async (task, options) =>
    done(await (await import("../commands/calls.ts")).callsCommand(io, task, options)),
  );
  add("report <task>", "What was asked, who did and decided what, the cost, the answer with its evidence", [
    "clawflow report compare-k3f9x2 > report.md",
    "clawflow report compare-k3f9x2/first-draft",
    "clawflow report compare-k3f9x2 --json | jq .cost",
  ]).action(async (task, options) =>
    done(await (await import("../commands/report.ts")).reportCommand(io, task, options)),
  );
  add("graph <task>", "The plan of a task as a graph", [
    "clawflow graph compare-k3f9x2",
    "clawflow graph compare-k3f9x2 --format dot | dot -Tsvg > plan.svg",
  ])
    .option("--format <format>", "mermaid, dot or json", "mermaid")
    .action(async (task, options) =>
      done(await (await import("../commands/graph.ts")).graphCommand(io, task, options)),
    );
}
