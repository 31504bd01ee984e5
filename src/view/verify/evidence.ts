import { join } from "node:path";
import { isFinal } from "../../loop/phase.ts";
import type { ControlMessage, Message } from "../../protocol/message.ts";
import type { Task } from "../../protocol/task.ts";
import type { ReadDisk } from "../../store/disk.ts";
import { isOwnName } from "../../store/inbox.ts";
import { type WorkspacePaths, workspacePaths } from "../../store/layout.ts";
import type { RemovedTask } from "../../store/removed.ts";
import { eachLetter, type Letter } from "../letters.ts";
import { listOpenTasks, readTaskFolder } from "../read-task.ts";
import { listNames, readText } from "../read-text.ts";
import { isEdit } from "./edits-taken.ts";

/** Everything that the files of one workspace say, read once. */
export interface AgentEvidence {
  agent: string;
  paths: WorkspacePaths;
  letters: Letter[];
  /** By message id; of dead letters that cannot be read there is none. */
  byId: Map<string, Letter[]>;
  /** Edits that came as messages, or of which those are the record; dead letters are none. */
  edits: ControlMessage[];
  /** By local id. Of an open task the runtime's copy, which is what it goes on from. */
  tasks: Map<string, { task: Task; folder: string }>;
  /** Folders in `tasks/` with no task that can be read. */
  unreadable: { folder: string; problem: string }[];
  removed: RemovedTask[];
  /** When gc last ran here; milliseconds since 1970. */
  removedAt?: number;
}

export interface Evidence {
  disk: ReadDisk;
  agents: Map<string, AgentEvidence>;
}

export function collectEvidence(disk: ReadDisk, agents: ReadonlyMap<string, string>): Evidence {
  const all = [...agents].map(([agent, directory]) => collectAgent(disk, agent, workspacePaths(directory)));
  return { disk, agents: new Map(all.map((evidence) => [evidence.agent, evidence])) };
}

function collectAgent(disk: ReadDisk, agent: string, paths: WorkspacePaths): AgentEvidence {
  const letters = readLetters(disk, paths, agent);
  const byId = new Map<string, Letter[]>();
  for (const letter of letters) {
    if (letter.id === undefined) continue;
    const known = byId.get(letter.id);
    if (known === undefined) byId.set(letter.id, [letter]);
    else known.push(letter);
  }
  const removedAt = disk.stat(paths.removed)?.mtimeMs;
  return {
    agent,
    paths,
    letters,
    byId,
    edits: letters.flatMap(({ message, place }) =>
      place === "dead" || message === undefined || !isEdit(message) ? [] : [message],
    ),
    ...collectTasks(disk, paths),
    removed: readRemovedLines(disk, paths),
    ...(removedAt === undefined ? {} : { removedAt }),
  };
}

/** Files in the inbox that are not of the runtime's names may still be being written. Bodies are kept of what the agent itself sent, and of edits. */
function readLetters(disk: ReadDisk, paths: WorkspacePaths, agent: string): Letter[] {
  const letters: Letter[] = [];
  for (const letter of eachLetter(disk, paths, agent)) {
    if (letter.place === "inbox" && !isOwnName(letter.name)) continue;
    const { message } = letter;
    letters.push(
      message === undefined || message.from === agent || isEdit(message)
        ? letter
        : { ...letter, message: withoutBody(message) },
    );
  }
  return letters;
}

/** Of a hundred thousand messages only the envelopes are needed. */
function withoutBody(message: Message): Message {
  return { ...message, body: NO_BODY } as Message;
}

const NO_BODY = {
  title: "",
  context: "",
  instructions: "",
  expected_output: "",
  results: "",
  error: "",
  partial: "",
  text: "",
};

function collectTasks(disk: ReadDisk, paths: WorkspacePaths): Pick<AgentEvidence, "tasks" | "unreadable"> {
  const tasks: AgentEvidence["tasks"] = new Map();
  const unreadable: AgentEvidence["unreadable"] = [];
  const open = new Set(listOpenTasks(disk, paths));
  const folders = new Set([...listNames(disk, paths.tasks), ...open]);
  for (const folder of folders) {
    const found = readTaskFolder(disk, paths, folder, open.has(folder));
    if (found === undefined) continue;
    if ("task" in found) tasks.set(found.task.task_id, { task: found.task, folder });
    else if (disk.stat(join(paths.tasks, folder, "task.md")) !== undefined)
      unreadable.push({ folder, problem: found.problem });
  }
  return { tasks, unreadable };
}

/** Lines that are damaged are passed over, as the runtime does. */
function readRemovedLines(disk: ReadDisk, paths: WorkspacePaths): RemovedTask[] {
  return (readText(disk, paths.removed) ?? "").split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as RemovedTask];
    } catch {
      return [];
    }
  });
}

export function openTasks({ tasks }: AgentEvidence): Task[] {
  return [...tasks.values()].flatMap(({ task }) => (isFinal(task) ? [] : [task]));
}
