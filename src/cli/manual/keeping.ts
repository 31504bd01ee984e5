import type { ManualPage } from "./manual.ts";

/** Pages of the commands in `register/keeping.ts`. */
export const KEEPING: Record<string, ManualPage> = {
  verify: {
    description: [
      "Checks what the files of a root must show, whatever happened to them: that every message sent stands at its receiver, that nothing partial is taken for input, one outcome a question and one reply an attempt, dependencies before dependants, that every open task waits for something that exists, grants within grants.",
      "It changes nothing. While a host runs, only what is wrong twice in a row is told.",
    ],
    exit: { 0: "nothing is wrong", 1: "something is wrong" },
    see: ["doctor", "dead", "docs/recovery.md"],
  },
  dead: {
    description: [
      "Messages that could not be handled are never dropped: they lie among the dead letters, each beside the reason. `list` shows them; `requeue NAME` puts one back into its inbox, to be handled once more when the cause is mended.",
    ],
    files: { "<workspace>/mailbox/dead/": "the messages, and <message>.reason.md beside each" },
    see: ["inbox", "status", "docs/errors.md"],
  },
  notify: {
    description: [
      "Rules in the team file (`notify`) say who is told of what: by a command, a webhook, or on the desktop. A host tells them while it runs. `list` shows each place and what was told there last; `dead` what could not be told after ten tries; `retry MESSAGE` (or `all`) has that tried again by the host.",
      "`test` sends a test message to each place, or to PLACE alone, from this process and without a host.",
    ],
    exit: { 1: "test: a place could not be reached" },
    files: {
      "<root>/.clawflow/notify/log.jsonl": "what is due, was tried, was told",
      "<root>/.clawflow/notify/dead/": "messages that could not be told",
    },
    see: ["status", "up", "docs/notifications.md"],
  },
  doctor: {
    description: [
      "Looks at the files of every agent, or of one, and at the folder of their host: files that belong to nobody, what belonged to something that is gone, locks and journals of a host that was killed, permissions, the version of the layout, tasks that cannot be read. Of each it says what it means, what --fix would do, or what you have to do. What it says neither of is only told.",
      "--fix mends what needs no decision and prints what it did. It deletes nothing of yours: what disturbs is moved to `.clawflow/lost+found` of the workspace. While a host runs it mends permissions alone.",
      "--moved and --copied say what a workspace is that its host refused with E_MOVED: the same one in another place, or a copy beside the original. Only a person knows; two hosts that take one workspace for theirs would send everything twice. Without AGENT they speak of every workspace that is refused.",
    ],
    exit: {
      0: "nothing is wrong, or all of it was mended, or what is left needs nothing done",
      1: "something is left to be mended, or to be done by you",
      3: "--fix: a host runs; stop it first",
    },
    files: {
      "<workspace>/.clawflow/owner": "how a workspace is told from a copy",
      "<workspace>/.clawflow/lost+found/": "what was moved out of the way, by the time at which it was",
    },
    see: ["verify", "why", "docs/recovery.md"],
  },
  export: {
    description: [
      "Everything that belongs to a job, or to a part of it (TASK/SUBTASK), through all agents. zip and folder: the files as they stand, in folders by agent: tasks, calls, messages, attachments. md: one document, the report and every message. otlp: its trace for OpenTelemetry, as a collector takes it.",
      "Without a name zip and folder are named like the task, md and otlp go to standard output. Nothing that is there is overwritten. What agents wrote is in it as they wrote it: look before you give it away.",
    ],
    see: ["report", "log", "docs/record.md"],
  },
  gc: {
    description: [
      "Removes tasks that were finished long ago, their messages, and attachments that nothing names any more. It is the only command that deletes. Nothing goes that an open task or a message not yet accepted names; one line is kept of each task for 90 days, so that a repeat of its work is known.",
    ],
    exit: { 3: "a host runs: stop it first" },
    files: { "<workspace>/.clawflow/removed.jsonl": "one line a task that was removed" },
    see: ["verify", "docs/files.md"],
  },
  vault: {
    description: [
      "Makes the root, or with --agent one workspace, a vault for Obsidian: Clawflow.md to begin with, a note for each task with flat properties and with links to its task.md, the task that gave it, its subtasks, results and messages, and Clawflow.base with live tables of every task.md.",
      "It writes nothing but these notes. What you write below the mark at the end of a note is kept, and a note without that mark is left alone. Clawflow.base and the settings of Obsidian are written only where there are none.",
    ],
    files: {
      "<root>/Clawflow.md, <root>/Clawflow/": "the notes",
      "<root>/Clawflow.base": "tables for Obsidian's Bases; yours from then on",
      "<root>/.obsidian/app.json": "settings, where there are none",
    },
    see: ["report", "tree", "docs/obsidian.md"],
  },
  completion: {
    description: [
      "Prints a script that lets a shell complete commands, options, agents, tasks, subtasks (after TASK/) and files. The script asks this program for every completion, so it fits whatever version is installed and whatever team stands in the current folder.",
      "bash: add to ~/.bashrc the first line of the examples. zsh: write the script as _clawflow into a folder of $fpath. fish: write it into ~/.config/fish/completions.",
    ],
    see: ["init", "docs/command-line.md"],
  },
};
