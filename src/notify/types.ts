import type { Notification, NotifyTarget } from "../protocol/notify.ts";

/** Takes a message to a place; resolves when it has arrived there. @throws why it has not; `DeadEnd`: and never will */
export type Deliver<T extends NotifyTarget = NotifyTarget> = (
  target: T,
  notification: Notification,
  signal: AbortSignal,
) => Promise<void>;

/** How each kind of place is reached. What is not here is not reached from this process. */
export interface Delivers {
  command?: Deliver<Extract<NotifyTarget, { command: string[] }>>;
  webhook?: Deliver<Extract<NotifyTarget, { webhook: string }>>;
  openclaw?: Deliver<Extract<NotifyTarget, { openclaw: string }>>;
  desktop?: Deliver<"desktop">;
}

/** Trying again is of no use before a person has changed something. */
export class DeadEnd extends Error {}

/** @throws what the one for this kind of place throws; DeadEnd where there is none */
export async function deliverBy(
  delivers: Delivers,
  target: NotifyTarget,
  notification: Notification,
  signal: AbortSignal,
): Promise<void> {
  if (target === "desktop" && delivers.desktop !== undefined)
    return await delivers.desktop(target, notification, signal);
  if (typeof target === "object") {
    if ("command" in target && delivers.command !== undefined)
      return await delivers.command(target, notification, signal);
    if ("webhook" in target && delivers.webhook !== undefined)
      return await delivers.webhook(target, notification, signal);
    if ("openclaw" in target && delivers.openclaw !== undefined)
      return await delivers.openclaw(target, notification, signal);
  }
  throw new DeadEnd("this process has no way to tell anything there");
}

/** Where a message goes, in a few words; what may be secret in an address is left out. */
export function targetText(target: NotifyTarget): string {
  if (target === "desktop") return "desktop";
  if ("command" in target) return target.command.join(" ");
  if ("openclaw" in target) return target.openclaw;
  const { origin, pathname } = new URL(target.webhook);
  return pathname.length > 1 ? `${origin}/…` : origin;
}
