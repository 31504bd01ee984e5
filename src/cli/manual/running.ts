import type { ManualPage } from "./manual.ts";

/** Pages of the commands in `register/running.ts`. */
export const RUNNING: Record<string, ManualPage> = {
  init: {
    description: [
      "Writes a team of two agents that run without a model, and a first task, into the folder (default: the current one). Nothing that is there is written over: where one of the files exists, none is written.",
    ],
    files: {
      "team.yaml": "the team: its agents, whom each may give work to, their brains",
      "first-task.md": "a task to try with `clawflow run first-task.md`",
    },
    see: ["run", "docs/teams-and-brains.md"],
  },
  run: {
    description: [
      "The whole of a job with one command: hosts the agents of the team file, gives the instructions to one of them, shows on standard error how the work goes on, prints the answer on standard output, and stops.",
      "The instructions are given as text, as the name of a file, or on standard input (-). Where another process already hosts the agents, the work is sent there and its answer is waited for.",
      "When it is stopped (Ctrl-C, --timeout, a crash) nothing is lost: --resume goes on where the files leave it. A second Ctrl-C ends it at once.",
    ],
    exit: {
      1: "the task failed or was cancelled; what there is of an answer is printed",
      3: "--timeout was reached, the work can be resumed; or a lock is held",
    },
    see: ["up", "send", "status", "docs/teams-and-brains.md", "docs/limits-and-failure.md"],
  },
  workflow: {
    description: [
      "Workflow scripts: short JavaScript programs whose calls of agents are tasks in mailboxes. A run is a task of the agent that it is given to: status, tree, why, show, verify, cancel and the others work on it.",
      "run FILE hosts the agents, gives the script to one of them, waits, and prints what it returned; the file may be -, or the name of a saved script. Without --yes the run waits until a person approves exactly that script, its arguments, agents, limits and budget (`clawflow approve`). Where the same program ran before with the same arguments its answer is printed, and nothing is asked again.",
      "status RUN lists the calls that its program has made, in their order, each with its state; cancel RUN ends it, cancel RUN/CALL one of its calls, which is a failure to the program.",
      "resume RUN runs a script that has ended once more: what was answered stays answered. With --script it is another text, of which what is unchanged stays answered; it waits for another approval.",
    ],
    files: {
      "<workspace>/workflows/<name>.js": "saved scripts; earlier texts of them in workflows/earlier/",
    },
    exit: {
      1: "the script failed or was rejected",
      3: "--timeout was reached, the run goes on when the team is hosted; or a brain called it",
    },
    see: ["run", "approve", "tree", "docs/workflow-scripts.md"],
  },
  up: {
    description: [
      "Hosts the agents of the team file until it is stopped, and works on whatever comes into their inboxes. It goes on with what an earlier host left.",
      "With --only it hosts some of them; the others are reached at their workspaces, where another host on this machine runs them. An agent has one host at a time.",
    ],
    exit: { 0: "it was stopped", 3: "another host has one of the agents" },
    files: { "<root>/.clawflow/": "the host's journal and its lock" },
    see: ["run", "send", "status", "docs/recovery.md"],
  },
  send: {
    description: [
      "Puts work into an agent's inbox, whether or not a host runs: it is done now, or when one does. A text becomes a task of a person with these instructions; a file that is a whole message (its first line is ---) is sent as it stands.",
      "It prints the id of the task. With --wait it waits for the answer and prints that.",
      "Whoever may have to give the same again (a schedule, a script whose connection broke) names it with --id: work of that id and text is done once, however often it is given; another text under that id is refused.",
    ],
    exit: { 1: "with --wait: the task failed or was cancelled", 3: "with --wait: --timeout was reached" },
    see: ["message", "run", "status", "docs/protocol.md"],
  },
};
