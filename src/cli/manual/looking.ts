import type { ManualPage } from "./manual.ts";

/** Pages of the commands in `register/looking.ts`. */
export const LOOKING: Record<string, ManualPage> = {
  status: {
    description: [
      "What goes on in all workspaces of a root: which hosts run, what needs a person, what lies in the inboxes, what is being worked on, and what was finished within a day. With a task: where it and each of its subtasks stand.",
      "It reads files alone, needs no host and disturbs none.",
    ],
    see: ["tree", "show", "log", "docs/limits-and-failure.md"],
  },
  why: {
    description: [
      "Goes down all levels of a task and names the one thing that holds it back: which message, agent, question, limit or person it waits for, since when, and the command that would move it. Without a task it does so for every open job.",
      "The first command to type when nothing seems to happen. It reads files alone.",
    ],
    see: ["status", "tree", "docs/why-it-waits.md"],
  },
  tree: {
    description: [
      "Draws a job and all below it, through all agents: who has it, how long it took, its result or error in a line. The signs are ✓ done, ✗ failed, - cancelled or skipped, ● under way, ○ waiting, ? waiting for a person.",
    ],
    see: ["status", "graph", "report"],
  },
  show: {
    description: [
      "Prints one task (its instructions, plan and results), one subtask (TASK/SUBTASK), or one message, named by its id or by its file name. A message is printed as it stands in its file.",
      "The beginning of a task's id is enough where only one job begins so.",
    ],
    see: ["report", "inbox", "docs/files.md"],
  },
  inbox: {
    description: [
      "Lists what an agent got: what waits to be handled, and what it handled last, at most 50 messages, the newest at the end; and how many could not be handled.",
    ],
    files: {
      "<workspace>/mailbox/inbox/": "what waits",
      "<workspace>/mailbox/archive/": "what was handled, by the day",
    },
    see: ["dead", "log", "show"],
  },
  log: {
    description: [
      "Every event that the files tell of, by time: messages sent and received, tasks begun and finished, calls of brains. It is made from the files alone, so it also tells of what happened while nobody looked.",
      "With --task only what belongs to one job, at all agents that had a part in it, in every attempt.",
      "With --follow it goes on with what happens, until it is stopped or nobody reads it any more.",
      "With --cursor what was printed is noted in a file; the next call with that file prints only what came since, each event once, also when files were archived or removed by gc meanwhile.",
    ],
    files: { "<workspace>/.clawflow/events.jsonl": "what there is to tell of files that gc removed" },
    see: ["search", "stats", "status", "docs/record.md"],
  },
  search: {
    description: [
      "Looks through tasks (titles, instructions, notes, plans, answers), messages and results of all agents for texts in which all the words occur, whether upper or lower case, also as parts of longer words. The newest first, each with where it stands and what is around the first of the words.",
      "Each file is read at every search; there is no index that could be out of date. Ids and agents of messages are looked through as well. A message of which sender and receiver both have a copy is told once.",
    ],
    see: ["log", "show", "report"],
  },
  stats: {
    description: [
      "Counts, from the files alone: tasks that were done, failed and were cancelled; how long they took (the middle one, that which nine of ten did not exceed, the longest); how long they waited for other agents and for people; calls of brains, how long these took and what they cost. In all, by agent, and by day (UTC).",
      "A task counts where and when it ended, with all that it had waited; a call where and when it ended. What was removed by gc is not counted any more.",
    ],
    see: ["report", "calls", "log"],
  },
  calls: {
    description: [
      "Every question that the brain was asked for a task: its kind, how long it took, what it cost, how it ended, and the end of what a command wrote on standard error. The first place to look when a brain fails.",
    ],
    files: { "<workspace>/tasks/<task>/calls/": "one JSON file a call" },
    see: ["show", "report", "docs/teams-and-brains.md"],
  },
  report: {
    description: [
      "One document of a job, or of a part of it (TASK/SUBTASK), as Markdown on standard output: what was asked; the conclusion, its evidence, and what a person can do next; who did what and how long; what took so long; what was decided by whom; what went wrong; what it cost; where everything stands.",
      "It is made from the files alone. Every decision names the message in the archive that it stands in; files of the answer are read and compared with the hash that they were sent with. Of a job that is not finished it says how it stands now.",
    ],
    exit: { 0: "the report was printed, also of a task that failed" },
    see: ["show", "tree", "calls", "log", "docs/files.md"],
  },
  graph: {
    description: [
      "The plan of one task as a graph of its subtasks, each with its agent and status; the longest chain is drawn thicker. Mermaid is what many pages of Markdown draw by themselves; dot is for Graphviz.",
    ],
    see: ["tree", "show"],
  },
  top: {
    description: [
      "Shows in the terminal what goes on, as it changes: what needs a person first, then what runs and what was finished. Enter opens a task: its tree through all agents, its messages, why it waits, its texts and results. A key for each action (approve, reject, answer, pause, resume, cancel, do again, budget, result by hand, another agent, another subtask) runs the command of that name for the chosen row; ? lists the keys, q leaves.",
      "What it shows is what the other commands print. It reads files alone and needs no host. Where there is no terminal, or one that cannot be drawn on, it ends with status 2; use status, tree and why there. NO_COLOR is respected: signs and words say the same.",
    ],
    exit: { 3: "a signal ended it" },
    see: ["status", "tree", "why", "docs/dashboard.md"],
  },
  dashboard: {
    description: [
      "Serves a page on this machine that shows what the other commands print, as it changes, and does what they do: what needs a person first; the tree, the timeline, the messages and the task.md of a task; an agent's mailbox; search; downloads. It goes on until it is stopped (Ctrl-C).",
      "It prints a link that works once, for ten minutes, and opens it where there is a screen; the browser is known by a cookie from then on. Enter in its terminal, or the command once more, gives another link: where one runs for the same root already, the command asks that one and ends. It listens to this machine alone; from elsewhere come through a tunnel with the same port: ssh -L 7433:127.0.0.1:7433 HOST.",
      "With --metrics, GET /metrics gives figures for Prometheus to who sends the secret of that file as a bearer token (credentials_file in its configuration).",
    ],
    exit: { 0: "it was stopped, or one runs already and gave a link", 3: "a brain called it" },
    files: {
      "<root>/.clawflow/dashboard.json":
        "where one runs, and the secret by which another command asks it for a link",
    },
    see: ["status", "top", "docs/dashboard.md"],
  },
};
