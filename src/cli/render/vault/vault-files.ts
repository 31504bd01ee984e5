import type { VaultTask } from "../../../view/vault/read-vault.ts";
import { noteNames } from "./note-names.ts";
import { OVERVIEW, overviewNote } from "./overview-note.ts";
import { taskNote } from "./task-note.ts";

/** Names are relative to the vault. */
export interface VaultFile {
  name: string;
  text: string;
}

/** The notes of a vault. @param vault the folder that is opened, absolute */
export function vaultNotes(tasks: readonly VaultTask[], vault: string): VaultFile[] {
  const look = { vault, names: noteNames(tasks) };
  const notes = [...look.names].map(([one, name]) => ({ name, text: taskNote(one, look) }));
  return [{ name: OVERVIEW, text: overviewNote(tasks, look) }, ...notes];
}

/** What is written once and is a person's from then on. */
export const ONCE: readonly VaultFile[] = [
  {
    name: "Clawflow.base",
    text: `# Tables of every task.md of this vault. Written once by \`clawflow vault\`; yours to change.
filters:
  and:
    - 'file.path.endsWith("task.md")'
    - clawflow == 2
formulas:
  task: file.asLink(title)
  agent: trace.path.reverse()[0]
  waits for: if(waiting, waiting.text, if(paused, "paused", error))
  since: if(waiting, date(waiting.since), date(created_at))
properties:
  formula.task:
    displayName: Task
  formula.agent:
    displayName: Agent
  formula.waits for:
    displayName: What it says
  formula.since:
    displayName: Since
  note.status:
    displayName: Status
  note.from:
    displayName: From
  note.created_at:
    displayName: Begun
  note.finished_at:
    displayName: Ended
  note.used:
    displayName: Used
views:
  - type: table
    name: Needs you
    filters:
      or:
        - waiting
        - paused
        - status == "failed" && trace.depth == 0
    order:
      - formula.task
      - formula.agent
      - note.status
      - formula.waits for
      - formula.since
  - type: table
    name: Running
    filters:
      and:
        - status != "done"
        - status != "failed"
        - status != "cancelled"
    order:
      - formula.task
      - formula.agent
      - note.status
      - note.from
      - note.created_at
  - type: table
    name: Finished
    filters:
      or:
        - status == "done"
        - status == "failed"
        - status == "cancelled"
    order:
      - formula.task
      - formula.agent
      - note.status
      - note.created_at
      - note.finished_at
      - note.used
  - type: table
    name: By agent
    groupBy:
      property: formula.agent
      direction: ASC
    order:
      - formula.task
      - note.status
      - note.from
      - note.created_at
      - note.finished_at
`,
  },
];

/** Where Obsidian has no settings yet: what nobody looks for is left out of its search and graph, and it renames no links by itself. */
export const SETTINGS: VaultFile = {
  name: ".obsidian/app.json",
  text: `${JSON.stringify(
    {
      alwaysUpdateLinks: false,
      newLinkFormat: "relative",
      useMarkdownLinks: true,
      userIgnoreFilters: ["/(^|\\/)mailbox\\/(outbox|tmp|blobs)\\//", "/(^|\\/)calls\\//"],
    },
    null,
    2,
  )}\n`,
};
