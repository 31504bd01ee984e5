import { ACT_NAMES, ACTS, type ActName, nameOf, type Target, targetFor, type Work } from "./acts.ts";
import type { Key } from "./keys.ts";
import { layoutOf } from "./layout.ts";
import { onlyStatus, openView } from "./open-view.ts";
import { choices, type Row, rowsOf } from "./rows.ts";
import { chosenIndex, withPlace } from "./settle.ts";
import { openPlace, placeOf, type State, TABS, type Tab, type View } from "./state.ts";
import type { Next } from "./update.ts";

/** A key while nothing is being typed. */
export function plainKey(before: State, key: Key): Next {
  const moved = move(before, key);
  if (moved !== undefined) return still(moved);
  const { notice: _, ...state } = before;
  const name = key.key === "text" ? key.text : key.key;
  if (state.help)
    return still(["?", "q", "escape", "enter"].includes(name) ? { ...state, help: false } : state);
  const tab = tabOf(state, name);
  if (tab !== undefined) return show(state, tab);
  switch (name) {
    case "q":
      return { state, effects: [{ do: "quit" }] };
    case "?":
      return still({ ...state, help: true, helpTop: 0 });
    case "/": {
      const { query } = openPlace(state);
      const prompt = { for: "query" as const, label: "/", text: query, cursor: query.length, before: query };
      return still({ ...state, prompt });
    }
    case "s":
      return still({
        ...state,
        prompt: { for: "search", label: "search all for words: ", text: "", cursor: 0 },
      });
    case "enter":
    case "right":
    case "l":
      return open(state);
    case "escape":
    case "left":
    case "backspace":
    case "h":
      return back(state, name);
    default: {
      const act = key.key === "text" ? ACT_NAMES.find((one) => ACTS[one].key === name) : undefined;
      return act === undefined ? still(state) : begin(state, act);
    }
  }
}

/** @returns `undefined`: the key does not move */
function move(state: State, key: Key): State | undefined {
  const name = key.key === "text" ? key.text : key.key;
  const rows = rowsOf(state);
  const { body } = layoutOf(state, rows);
  const steps: Record<string, number> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    "page-up": -body,
    "ctrl-b": -body,
    "page-down": body,
    "ctrl-f": body,
    " ": body,
    "ctrl-u": -Math.ceil(body / 2),
    "ctrl-d": Math.ceil(body / 2),
    home: -rows.length,
    g: -rows.length,
    end: rows.length,
    G: rows.length,
  };
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
  if (step === undefined) return undefined;
  if (state.help) return { ...state, helpTop: Math.max(0, state.helpTop + step) };
  const place = openPlace(state);
  const all = choices(rows);
  if (all.length === 0) return withPlace(state, { ...place, top: Math.max(0, place.top + step) });
  const at = all.indexOf(chosenIndex(rows, place) ?? 0);
  const index = all[Math.min(all.length - 1, Math.max(0, at + step))] ?? 0;
  const { key: _, ...rest } = place;
  // The first row takes what stands above it along.
  return withPlace(state, { ...rest, index, top: index === all[0] ? 0 : place.top });
}

function tabOf(state: State, name: string): View | undefined {
  const { view } = openPlace(state);
  if (view.view !== "task") return undefined;
  const at = TABS.indexOf(view.tab);
  const next = (step: number) => TABS[(at + step + TABS.length) % TABS.length];
  const tab: Tab | undefined =
    name === "tab"
      ? next(1)
      : name === "back-tab"
        ? next(-1)
        : /^[1-9]$/.test(name)
          ? TABS[Number(name) - 1]
          : undefined;
  return tab === undefined ? undefined : { ...view, tab };
}

/** Another tab; the tree and the status are the same there. */
function show(state: State, view: View): Next {
  const { status, tree } = state.facts;
  const facts = { ...(status === undefined ? {} : { status }), ...(tree === undefined ? {} : { tree }) };
  return { state: withPlace({ ...state, facts }, placeOf(view)), effects: [{ do: "look" }] };
}

function open(state: State): Next {
  const view = chosenRow(state)?.opens;
  if (view === undefined || !canOpen(state)) return still(state);
  return openView(state, view);
}

export function canOpen(state: State): boolean {
  const view = chosenRow(state)?.opens;
  return view !== undefined && JSON.stringify(view) !== JSON.stringify(openPlace(state).view);
}

/** What was looked for goes first, then the view; the first one stays. */
function back(state: State, name: string): Next {
  const place = openPlace(state);
  if (place.query !== "" && name === "escape")
    return still(withPlace(state, { ...place, query: "", top: 0 }));
  if (state.places.length < 2) return still(state);
  return { state: { ...onlyStatus(state), places: state.places.slice(0, -1) }, effects: [{ do: "look" }] };
}

/** Does it, asks for a line first, or says why it cannot be done. */
function begin(state: State, act: ActName): Next {
  const work = chosenRow(state)?.work ?? workOfView(state);
  const target = work === undefined ? undefined : targetFor(act, work, state.facts);
  const { word, asks, sure } = ACTS[act];
  if (target === undefined) {
    const isLetter = work?.target.letter !== undefined;
    const text = work === undefined ? "No task is chosen." : isLetter ? DEAD : REFUSED[act];
    return still({ ...state, notice: { text, tone: "wrong" } });
  }
  const name = `${word} ${nameOf(target)}`;
  const line = { act, target, text: "", cursor: 0 };
  if (sure !== undefined)
    return still({ ...state, prompt: { ...line, for: "yes", label: `${name}, ${sure}? y/n ` } });
  if (asks !== undefined)
    return still({ ...state, prompt: { ...line, for: "act", label: `${name}, ${asks}: ` } });
  const plan = act === "approve" ? seenPlan(state, target) : undefined;
  return { state, effects: [{ do: "act", act, target, text: "", ...(plan === undefined ? {} : { plan }) }] };
}

/** What was on the screen whole, which an approval then is of, and of nothing else. */
function seenPlan({ facts: { shown } }: State, { agent, task, subtask }: Target): string | undefined {
  const isShown = shown?.agent === agent && shown.task_id === task && subtask === undefined;
  return isShown ? shown.waiting?.plan : undefined;
}

const DEAD = "A dead letter can only be put back: r.";
const OVER = "It is over; r does it again where it failed.";
const REFUSED: Record<ActName, string> = {
  approve: "Nothing here waits for an approval.",
  reject: "Nothing here waits for an approval.",
  answer: "Nothing here waits for an answer.",
  done: OVER,
  pause: OVER,
  resume: "Nothing here is paused.",
  retry: "It is under way; only what has ended is done again.",
  cancel: OVER,
  budget: "No task is chosen.",
  reassign: "Only a subtask that is not done can go to another agent.",
  add: OVER,
};

/** In a view without rows to choose, or while they are being read, the keys are for the task that is open. */
function workOfView({ facts, places }: State): Work | undefined {
  const { view } = openPlace({ places });
  if (view.view !== "task") return undefined;
  const { agent, task } = view;
  const listed = facts.status?.finished.find((one) => one.agent === agent && one.task_id === task);
  const status = facts.tree?.status ?? listed?.status ?? "pending";
  const ended = status === "failed" || status === "cancelled" || status === "skipped";
  return { target: { agent, task }, stands: status === "done" ? "done" : ended ? "ended" : "open" };
}

export function workNow(state: State): Work | undefined {
  return chosenRow(state)?.work ?? workOfView(state);
}

export function chosenRow(state: State): Row | undefined {
  const rows = rowsOf(state);
  const index = chosenIndex(rows, openPlace(state));
  return index === undefined ? undefined : rows[index];
}

function still(state: State): Next {
  return { state, effects: [] };
}
