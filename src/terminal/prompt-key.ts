import { type ActName, lineProblem, type Target } from "./acts.ts";
import { edited } from "./edited.ts";
import type { Key } from "./keys.ts";
import { openView } from "./open-view.ts";
import { withPlace } from "./settle.ts";
import { openPlace, type Prompt, type State } from "./state.ts";
import type { Next } from "./update.ts";

/** A key while a line is typed, or a question waits for yes or no. */
export function promptKey(state: State, prompt: Prompt, key: Key): Next {
  const { prompt: _, ...closed } = state;
  if (prompt.for === "yes") {
    const isYes = key.key === "text" && key.text.toLowerCase() === "y";
    if (!isYes) return { state: noted(closed, "Nothing was done."), effects: [] };
    return { state: closed, effects: [actOf(prompt)] };
  }
  switch (key.key) {
    case "escape": {
      const before =
        prompt.for === "query" ? searched(closed, prompt.before) : noted(closed, "Nothing was done.");
      return { state: before, effects: [] };
    }
    case "enter":
      if (prompt.for === "query") return { state: closed, effects: [] };
      if (prompt.text.trim() === "")
        return { state: noted(closed, "Nothing was done: the text is empty."), effects: [] };
      if (prompt.for === "search") return openView(closed, { view: "search", text: prompt.text.trim() });
      return finished(state, prompt);
    default: {
      const line = edited(prompt, key);
      const next: State = { ...state, prompt: { ...prompt, ...line } };
      return { state: prompt.for === "query" ? searched(next, line.text) : next, effects: [] };
    }
  }
}

/** The line is whole; what cannot be taken stays to be mended. */
function finished(state: State, prompt: Extract<Prompt, { for: "act" }>): Next {
  const problem = lineProblem(prompt.act, prompt.text, subtasksOf(state, prompt.target));
  if (problem !== undefined) return { state: noted(state, `Not yet: ${problem}.`), effects: [] };
  const { prompt: _, ...closed } = state;
  return { state: closed, effects: [actOf(prompt)] };
}

function actOf({ act, target, text }: Extract<Prompt, { act: ActName }>) {
  return { do: "act" as const, act, target, text };
}

/** As far as the tree of that task is on the screen. */
function subtasksOf({ facts: { tree } }: State, { agent, task }: Target): string[] {
  const walk = (node: NonNullable<typeof tree>): string[] =>
    node.agent === agent && node.task_id === task
      ? node.children.flatMap(({ subtask }) => subtask ?? [])
      : node.children.flatMap(walk);
  return tree === undefined ? [] : walk(tree);
}

function searched(state: State, query: string): State {
  return withPlace(state, { ...openPlace(state), query, top: 0 });
}

function noted(state: State, text: string): State {
  return { ...state, notice: { text, tone: "said" } };
}
