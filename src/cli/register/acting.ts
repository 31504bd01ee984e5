import type { Register } from "./register.ts";

/** Commands that put a message into an inbox, whether or not a host runs. */
export function registerActing({ add, io, done }: Register): void {
  add("cancel <task> [text]", "Cancel a task, or one of its subtasks, and all that is below", [
    "clawflow cancel compare-k3f9x2",
    'clawflow cancel compare-k3f9x2/second-draft "not needed any more"',
  ]).action(async (task, text, options) =>
    done(await (await import("../commands/control.ts")).controlCommand(io, "cancel", task, text, options)),
  );
  add("retry <task>", "Do a failed task again, or a subtask and what depends on it", [
    "clawflow retry compare-k3f9x2",
    "clawflow retry compare-k3f9x2/first-draft",
  ]).action(async (task, options) =>
    done(
      await (await import("../commands/control.ts")).controlCommand(io, "retry", task, undefined, options),
    ),
  );
  for (const [control, summary] of HOLDS) {
    add(`${control} <task>`, summary, [
      `clawflow ${control} compare-k3f9x2`,
      `clawflow ${control} compare-k3f9x2/first-draft`,
    ]).action(async (task, options) =>
      done(
        await (await import("../commands/control.ts")).controlCommand(io, control, task, undefined, options),
      ),
    );
  }
  for (const [decision, argument, summary, example] of DECISIONS) {
    const command = add(`${decision} <task> ${argument}`, summary, [
      `clawflow ${decision} compare-k3f9x2${example}`,
    ]);
    if (decision === "approve")
      command.option("--plan <hash>", "only if this is what waits (`waiting.plan` of `show --json`)");
    command.action(async (task, text, options) =>
      done(await (await import("../commands/decide.ts")).decideCommand(io, decision, task, text, options)),
    );
  }
  add("set <task> [values...]", "Change a task, or a subtask, as an edit of task.md would: key=value", [
    "clawflow set compare-k3f9x2 budget.tokens=200000 deadline=2h",
    "clawflow set compare-k3f9x2/first-draft agent=writer timeout=1h status=pending",
    "clawflow set compare-k3f9x2 --file edit.yaml",
  ])
    .option(
      "--file <file>",
      "an edit as YAML (- for standard input); what is given as key=value goes before it",
    )
    .action(async (task, values, options) =>
      done(await (await import("../commands/set.ts")).setCommand(io, task, values, options)),
    );
  add("plan <task> <file>", "Answer a task with a plan (JSON or YAML; - for standard input)", [
    "clawflow plan compare-k3f9x2 plan.json",
    "clawflow message dag > plan.json",
  ]).action(async (task, file, options) =>
    done(await (await import("../commands/outcome.ts")).planCommand(io, task, file, options)),
  );
  add("done <task> <file>", "Answer a task, or a subtask, with its results (- for standard input)", [
    "clawflow done compare-k3f9x2 answer.md",
    'echo "Both are fine" | clawflow done compare-k3f9x2/first-draft -',
  ]).action(async (task, file, options) =>
    done(await (await import("../commands/outcome.ts")).doneCommand(io, task, file, options)),
  );
  add("fail <task>", "Answer a task, or a subtask, with an error", [
    'clawflow fail compare-k3f9x2 --error "the second draft is missing"',
  ])
    .requiredOption("--error <text>", "why it cannot be done")
    .option("--partial <file>", "what was done of it (- for standard input)")
    .action(async (task, options) =>
      done(await (await import("../commands/outcome.ts")).failCommand(io, task, options)),
    );
  add("message <kind> [file]", "A template to fill in: task, reply (to the TASK in a file), dag", [
    "clawflow message task > task.md",
    "clawflow message reply mailbox/inbox/task-compare-1-0123456789ab.md",
    "clawflow message dag > plan.json",
  ]).action(async (kind, file, options) =>
    done(await (await import("../commands/message.ts")).messageCommand(io, kind, file, options)),
  );
}

const HOLDS = [
  ["pause", "Hold a task, or one of its subtasks, and all that is below"],
  ["resume", "Let what was paused go on, and all that is below"],
] as const;

const DECISIONS = [
  ["approve", "[text]", "Approve the plan that a task waits to begin", ""],
  ["reject", "[text]", "Reject it; the text, why, goes to the brain, which is asked again", ' "too dear"'],
  ["answer", "<text>", "Answer what a task, or a subtask, asked (- for standard input)", ' "the blue one"'],
] as const;
