import { join } from "node:path";
import { isPlainObject } from "../../protocol/plain-value.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import { readText } from "../read-text.ts";
import type { RootView } from "../root-view.ts";
import { given, type Hold } from "./hold.ts";

/** A message that was decided to be sent and is not accepted. The host tries again by itself; what can be seen of the reason is said. */
export function undeliveredHold(
  view: RootView,
  agent: string,
  to: string,
  name: string,
  at: Pick<Hold, "agent" | "task_id" | "subtask">,
  since: string | undefined,
): Hold {
  const { found, why, command } = obstacle(view, agent, to, name);
  const sent = since ?? (found === undefined ? undefined : new Date(found).toISOString());
  return {
    ...at,
    cause: "undeliverable",
    to,
    file: `mailbox/outbox/pending/${name}`,
    what: `${to} has not accepted ${name}${why === "" ? "" : `: ${why}`}`,
    ...given("since", sent),
    command,
  };
}

function obstacle(
  view: RootView,
  agent: string,
  to: string,
  name: string,
): { found?: number; why: string; command: string } {
  const from = view.paths(agent);
  const paths = view.paths(to);
  const path = from === undefined ? undefined : join(from.pending, name);
  const found = given("found", path === undefined ? undefined : view.disk.stat(path)?.mtimeMs);
  const again = `clawflow up --only ${to}`;
  const noted = from === undefined ? undefined : reasonNoted(view, from.undelivered, name);
  if (paths === undefined)
    return { ...found, why: noted ?? `nothing here reaches ${to}`, command: `clawflow show ${name}` };
  if (view.disk.stat(paths.inbox)?.kind !== "folder")
    return { ...found, why: `there is no folder ${paths.inbox}`, command: again };
  const theirs = unlessMissing(() => view.disk.read(join(paths.inbox, name)));
  const ours = path === undefined ? undefined : unlessMissing(() => view.disk.read(path));
  if (theirs !== undefined && ours !== undefined && Buffer.compare(theirs, ours) !== 0)
    return {
      ...found,
      why: "E_ID_REUSED: another message has its name in the inbox",
      command: `clawflow show ${name}`,
    };
  return { ...found, why: noted ?? "", command: again };
}

/** What the sender's host saw last; it may be a moment old. */
function reasonNoted(view: RootView, path: string, name: string): string | undefined {
  const text = readText(view.disk, path);
  if (text === undefined) return undefined;
  try {
    const noted: unknown = JSON.parse(text);
    const reason = isPlainObject(noted) ? noted[name] : undefined;
    return typeof reason === "string" ? reason.replace(/\s+/g, " ").trim() : undefined;
  } catch {
    return undefined;
  }
}
