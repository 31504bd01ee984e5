import type { Size } from "../../src/terminal/state.ts";
import { widthOf } from "../../src/terminal/styled.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** As much of a terminal as the view uses: whatever else comes is an error. */
export class FakeScreen {
  /** What stands in each column; a wide character has the next one as "". */
  #rows: string[][] = [];
  #size: Size;
  #row = 0;
  #column = 0;

  constructor(size: Size) {
    this.#size = size;
    this.resize(size);
  }

  resize(size: Size): void {
    this.#size = size;
    this.#rows = Array.from({ length: size.rows }, (_, at) => this.#rows[at] ?? []);
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor begins with one
    for (const [part, move] of text.matchAll(/\u001b\[([?\d;]*[A-Za-z])|[^\u001b]+/g)) {
      if (move === undefined) this.#put(part);
      else this.#obey(move);
    }
  }

  lines(): string[] {
    return this.#rows.map((row) =>
      Array.from(row, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
  }

  #put(text: string): void {
    const row = this.#rows[this.#row];
    if (row === undefined) throw new Error("below the last row");
    const letters = /^[ -~]*$/.test(text) ? text : Array.from(graphemes.segment(text), (one) => one.segment);
    for (const letter of letters) {
      const width = widthOf(letter);
      if (this.#column + width > this.#size.columns) throw new Error("beyond the right edge");
      // What combines with nothing stands with what is before it.
      if (width === 0) row[this.#column - 1] = (row[this.#column - 1] ?? "") + letter;
      else row[this.#column] = letter;
      for (let at = 1; at < width; at++) row[this.#column + at] = "";
      this.#column += width;
    }
  }

  #obey(move: string): void {
    const last = move.at(-1);
    const [first = 1, second = 1] = move
      .slice(0, -1)
      .split(";")
      .map((one) => Number(one) || 1);
    if (last === "H") [this.#row, this.#column] = [first - 1, second - 1];
    else if (last === "K") this.#rows[this.#row]?.splice(this.#column);
    else if (last === "J") this.#rows = this.#rows.map(() => []);
    else if (last !== "m" && !/^\?(?:25|2026)[hl]$/.test(move)) throw new Error(`not expected: ${move}`);
  }
}
