import { expect } from "vitest";
import { plainLine } from "../../src/cli/render/plain.ts";
import { runWords } from "../../src/cli/run-words.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { draw } from "../../src/terminal/draw.ts";
import { readFacts } from "../../src/terminal/facts.ts";
import type { Key } from "../../src/terminal/keys.ts";
import { firstState, openPlace, type State } from "../../src/terminal/state.ts";
import { textOf } from "../../src/terminal/styled.ts";
import { update } from "../../src/terminal/update.ts";
import { agentsOfRoot } from "../../src/view/root-agents.ts";

const disk = nodeDisk();

/** The view of a root, as wide and as high as it needs to be. */
export class Viewer {
  state: State = firstState({ columns: 1000, rows: 800 }, Date.now());
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async look(): Promise<this> {
    const { view } = openPlace(this.state);
    const place = { disk, root: this.#root, agents: agentsOfRoot(disk, this.#root) };
    const embedded = { program: "clawflow", start: "clawflow up", place };
    const facts = await readFacts((words) => runWords(words, embedded, () => true), view);
    this.state = update(this.state, { event: "looked", view, facts }).state;
    return this;
  }

  press(...keys: Key[]): void {
    for (const key of keys) this.state = update(this.state, { event: "key", key }).state;
  }

  lines(): string[] {
    return draw(this.state).lines.map(textOf);
  }

  /** The lines below a heading, and the number that it says. */
  section(title: string): { count: number; lines: string[] } {
    const all = this.lines();
    const at = all.findIndex((one) => one.startsWith(`${title} (`));
    if (at < 0) return { count: 0, lines: [] };
    const end = all.findIndex((one, index) => index > at && !/^[?!●✓✗ -] \S/.test(one));
    return { count: Number(/\((\d+)\)/.exec(all[at] ?? "")?.[1]), lines: all.slice(at + 1, end) };
  }
}

/** These stand in the line, in this order. */
export function shows(line: string | undefined, ...parts: string[]): void {
  let at = 0;
  for (const part of parts.map((text) => plainLine(text))) {
    const found = (line ?? "").indexOf(part, at);
    expect(found, `${part} in ${line}`).toBeGreaterThanOrEqual(0);
    at = found + part.length;
  }
}
