import { join } from "node:path";
import { unlessMissing } from "./disk-error.ts";
import type { Workspace } from "./workspace.ts";
import { MESSAGE_MODE } from "./workspace-files.ts";

/** From `pending/` to `outbox/`. */
export function moveAccepted({ files, paths, pendingNames }: Workspace, name: string): void {
  if (!pendingNames.delete(name)) return;
  files.move(join(paths.pending, name), join(paths.outbox, name));
}

export function relinkMessage(workspace: Workspace, name: string, receiver: Workspace): void {
  const { paths, context } = workspace;
  const target = join(receiver.paths.inbox, name);
  for (const folder of [paths.outbox, paths.pending]) {
    const stored = join(folder, name);
    if (context.disk.stat(stored) === undefined) continue;
    if (context.disk.stat(stored)?.dev === context.disk.stat(receiver.paths.inbox)?.dev) {
      receiver.files.linkNew(stored, target);
      return;
    }
    const bytes = unlessMissing(() => context.disk.read(stored));
    if (bytes === undefined) continue;
    const copy = receiver.files.stage(bytes, MESSAGE_MODE);
    if (receiver.files.linkNew(copy, target)) context.touched.files.add(target);
    context.disk.unlink(copy);
    return;
  }
  context.onProblem(workspace.agent, `${name} was removed from the outbox; it cannot be sent again`);
}
