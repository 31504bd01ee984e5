import type { Register } from "./register.ts";

/** What a person looks at for as long as they like. Not among `looking.ts`: what is shown there is what those commands print. */
export function registerViewing({ add, io, done }: Register): void {
  add("top", "Status, trees and messages in a terminal as they change, and a key for each action", [
    "clawflow top",
    "clawflow top --root /srv/team/.clawflow/agents",
  ]).action(async (options) => done(await (await import("../../terminal/top.ts")).topCommand(io, options)));
}
