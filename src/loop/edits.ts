import type { Draft } from "./draft.ts";
import type { FoundEdit } from "./types.ts";

/** A person changed task.md. */
export function takeEdit(draft: Draft, { layout }: FoundEdit): void {
  draft.setLayout(layout);
}
