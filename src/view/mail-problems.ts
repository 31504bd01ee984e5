import { join } from "node:path";
import { parseEnvelope } from "../protocol/parse-envelope.ts";
import { unlessMissing } from "../store/disk-error.ts";
import { isLetterName } from "./letters.ts";
import type { RootView } from "./root-view.ts";
import type { Problem, StatusOptions } from "./status.ts";
import { deadHold } from "./why/dead-holds.ts";
import { given } from "./why/hold.ts";
import { undeliveredHold } from "./why/mail-holds.ts";

/** Dead letters, and messages that are not accepted for a while. */
export function mailProblems(view: RootView, agent: string, { now, pendingAfter }: StatusOptions): Problem[] {
  const problems: Problem[] = [];
  const paths = view.paths(agent);
  const mail = view.mail(agent);
  if (paths === undefined || mail === undefined) return [];
  for (const name of mail.dead) {
    if (name.endsWith(".reason.md")) continue;
    const hold = deadHold(view, agent, name, { agent, task_id: "" });
    // What is no message stays dead; it only has to go.
    const command = isLetterName(name) ? hold.command : "clawflow dead list";
    const text = hold.what.replace(`${agent} could not handle ${name}: `, "");
    const file = `mailbox/dead/${name}`;
    problems.push({
      kind: "dead",
      agent,
      file,
      text,
      ...given("since", hold.since),
      ...given("command", command),
    });
  }
  for (const name of mail.pending) {
    const path = join(paths.pending, name);
    const found = view.disk.stat(path);
    if (found === undefined || now - found.mtimeMs < pendingAfter) continue;
    const since = new Date(found.mtimeMs).toISOString();
    const bytes = unlessMissing(() => view.disk.read(path)) ?? new Uint8Array();
    const { task_id } = parseEnvelope(bytes);
    const to = receiverOf(bytes);
    const hold = undeliveredHold(view, agent, to, name, { agent, task_id: task_id ?? "" }, since);
    const why = hold.what.replace(`${to} has not accepted ${name}`, "");
    problems.push({
      kind: "undelivered",
      agent,
      ...given("task_id", task_id),
      file: `mailbox/outbox/pending/${name}`,
      text: `decided to be sent, not accepted by ${to}${why}`,
      since,
      ...given("command", hold.command),
    });
  }
  return problems;
}

function receiverOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString("utf8");
  return /^to: "?([a-z0-9_@-]+)/m.exec(head)?.[1] ?? "its receiver";
}
