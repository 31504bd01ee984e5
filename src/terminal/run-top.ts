import { plainLine } from "../cli/render/plain.ts";
import type { WordsRun } from "../cli/run-words.ts";
import { wordsFor } from "./acts.ts";
import { draw } from "./draw.ts";
import { ENTER, escapeText, LEAVE, type Shown } from "./escape-text.ts";
import { readFacts } from "./facts.ts";
import type { Key } from "./keys.ts";
import { repeat } from "./repeat.ts";
import { settle } from "./settle.ts";
import { type Effect, firstState, openPlace, type State } from "./state.ts";
import type { Tty } from "./tty.ts";
import { type Event, update } from "./update.ts";

/** What it needs of the world. */
export interface TopParts {
  tty: Tty;
  colour: boolean;
  /** Runs a command of the command line here. */
  run(words: readonly string[], input?: string): Promise<WordsRun>;
  /** Says when files changed. @returns what ends it */
  watch(changed: () => void): () => void;
  /** Gives the terminal back to the shell until it is continued. */
  suspend(): void;
}

export interface Top {
  /** Resolves when the person has left, or `end` was called. */
  ended: Promise<void>;
  end(): void;
  /** After the screen was somebody else's. */
  enterAgain(): void;
  /** The screen as it was before; safe at any moment, and more than once. */
  leave(): void;
}

/** A look although nothing was told: times that run out. */
const POLL = 30_000;
/** How long ago something was is drawn so often; where that takes long, more rarely: at most a hundredth of the time. */
const TICK = 1_000;
const TICK_COST = 100;

/** The view of a team in a terminal, until the person leaves. */
export function runTop({ tty, colour, run, watch, suspend }: TopParts): Top {
  let state: State = settle(firstState(tty.size(), Date.now()));
  let shown: Shown | undefined;
  let isOn = false;
  let isOver = false;
  let stopped = () => {};
  const ended = new Promise<void>((resolve) => {
    stopped = resolve;
  });

  function enter(): void {
    isOn = true;
    shown = undefined;
    tty.raw(true);
    tty.write(ENTER);
  }
  function leave(): void {
    if (!isOn) return;
    isOn = false;
    tty.write(LEAVE);
    tty.raw(false);
  }
  function paint(): void {
    if (!isOn) return;
    const made = escapeText(draw(state), shown, { columns: state.size.columns, colour });
    shown = made.shown;
    if (made.text !== "") tty.write(made.text);
  }
  function tell(event: Event): void {
    if (isOver) return;
    const next = update({ ...state, now: Date.now() }, event);
    state = next.state;
    for (const effect of next.effects) carryOut(effect);
    paint();
  }
  function carryOut(effect: Effect): void {
    if (effect.do === "quit") end();
    else if (effect.do === "suspend") suspend();
    else if (effect.do === "redraw") shown = undefined;
    else if (effect.do === "look") looker.now();
    else void act(effect);
  }
  async function act({ act: name, target, text, plan }: Extract<Effect, { do: "act" }>): Promise<void> {
    const { words, input } = wordsFor(name, target, text, plan);
    const { code, out, err } = await run(words, input);
    const said = plainLine(
      [out, err]
        .map((one) => one.trim().replaceAll("\n", "; "))
        .filter(Boolean)
        .join(" · "),
    );
    tell({ event: "acted", text: said, isWrong: code !== 0 });
  }
  const looker = repeat(async () => {
    const { view } = openPlace(state);
    const facts = await readFacts(run, view);
    tell({ event: "looked", view, facts });
  });
  const unlisten = tty.listen({
    key: (key: Key) => tell({ event: "key", key }),
    resized: () => tell({ event: "resized", size: tty.size() }),
    gone: end,
  });
  const unwatch = watch(() => looker.soon());
  let tick = setTimeout(drawTime, TICK);
  function drawTime(): void {
    const begun = performance.now();
    tell({ event: "time", now: Date.now() });
    tick = setTimeout(drawTime, Math.max(TICK, TICK_COST * (performance.now() - begun)));
  }
  const poll = setInterval(() => looker.soon(), POLL);
  function end(): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(tick);
    clearInterval(poll);
    looker.stop();
    unwatch();
    unlisten();
    leave();
    stopped();
  }
  enter();
  paint();
  looker.now();
  return {
    ended,
    end,
    leave,
    enterAgain() {
      if (isOver) return;
      leave();
      enter();
      tell({ event: "resized", size: tty.size() });
      looker.now();
    },
  };
}
