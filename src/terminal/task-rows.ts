import { eventRows } from "./event-rows.ts";
import type { Row } from "./rows.ts";
import type { State, View } from "./state.ts";
import { textRows } from "./text-rows.ts";
import { treeRows } from "./tree-rows.ts";
import { whyRows } from "./why-rows.ts";

/** One task: what its tab shows. */
export function taskRows(state: State, { tab }: Extract<View, { view: "task" }>): Row[] {
  const { facts, now, size } = state;
  switch (tab) {
    case "tree":
      return facts.tree === undefined ? [] : treeRows(facts.tree, now, size.columns);
    case "messages":
      return facts.events === undefined ? [] : eventRows(facts.events, size.columns);
    case "why":
      return facts.why === undefined ? [] : whyRows(facts, now, size.columns);
    case "text":
      return facts.shown === undefined ? [] : textRows(facts.shown, size.columns);
  }
}
