import type { Register } from "./register.ts";

/** Commands that look after the files. */
export function registerKeeping({ add, io, done }: Register): void {
  add("verify", "Check what the files must show, whatever happened to them", ["clawflow verify"]).action(
    async (options) => done(await (await import("../commands/verify.ts")).verifyCommand(io, options)),
  );
  add("dead [action] [name]", "List the dead letters with their reasons, or put one back (requeue)", [
    "clawflow dead list",
    "clawflow dead requeue task-compare-1-0123456789ab.md",
  ]).action(async (action = "list", name, options) =>
    done(await (await import("../commands/dead.ts")).deadCommand(io, action, name, options)),
  );
  add("doctor [agent]", "Find what is not as a host would leave it; with --fix, mend it", [
    "clawflow doctor",
    "clawflow doctor --fix",
    "clawflow doctor reader --moved",
  ])
    .option("--fix", "mend what can be mended without asking")
    .option("--moved", "of a workspace that is refused with E_MOVED: the original is gone, this is it")
    .option("--copied", "the original goes on: what waits here to be sent is laid among the dead letters")
    .action(async (agent, options) =>
      done(await (await import("../commands/doctor.ts")).doctorCommand(io, agent, options)),
    );
  add("gc", "Remove what is finished and old; the only command that deletes", [
    "clawflow gc --dry-run",
    "clawflow gc --older-than 7d",
  ])
    .option("--older-than <age>", "7d, 12h, … since it was finished", "30d")
    .option("--dry-run", "only say what would be removed")
    .action(async (options) => done(await (await import("../commands/gc.ts")).gcCommand(io, options)));
}

/** What a person's own tools are set up with: Obsidian, a shell. */
export function registerShell({ add, io, done }: Register): void {
  add(
    "vault",
    "Write the notes by which the files can be read in Obsidian: an overview, a note a task, tables",
    ["clawflow vault", "clawflow vault --agent planner", "clawflow vault --follow"],
  )
    .option("--follow", "go on until stopped")
    .action(async (options) => done(await (await import("../commands/vault.ts")).vaultCommand(io, options)));
  add(
    "notify [action] [what]",
    "What people were told by the rules of the team file: list, dead, retry, test",
    ["clawflow notify", "clawflow notify test", "clawflow notify dead", "clawflow notify retry all"],
  ).action(async (action = "list", what, options) =>
    done(await (await import("../commands/notify.ts")).notifyCommand(io, action, what, options)),
  );
  add("export <task> [file]", "A whole job in one place: its files as a zip, one document, or its trace", [
    "clawflow export compare-k3f9x2",
    "clawflow export compare-k3f9x2 run.md",
    "clawflow export compare-k3f9x2/first-draft --format folder",
    "clawflow export compare-k3f9x2 --format otlp > trace.json",
  ])
    .option("--format <format>", "zip, folder, md or otlp (default: as the name of the file ends, else zip)")
    .action(async (task, file, options) =>
      done(await (await import("../commands/export.ts")).exportCommand(io, task, file, options)),
    );
  add("completion <shell>", "A script that makes bash, zsh or fish complete what you type", [
    'eval "$(clawflow completion bash)"',
    "clawflow completion zsh > ~/.zfunc/_clawflow",
    "clawflow completion fish > ~/.config/fish/completions/clawflow.fish",
  ]).action(async (shell, options) =>
    done(await (await import("../commands/completion.ts")).completionCommand(io, shell, options)),
  );
}
