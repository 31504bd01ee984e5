import { useMemo, useState } from "preact/hooks";
import { countText } from "../../parts/format.ts";
import { conflictsOf, type MergePart, mergedText, mergeLines, type Side } from "./merge-lines.ts";
import { type DiffRow, sideBySide } from "./side-by-side.ts";

interface ConflictViewProps {
  base: string;
  mine: string;
  theirs: string;
  /** Saves one's own text over what stands there. */
  onMine(): void;
  onTheirs(): void;
  /** Goes on editing with that text. */
  onMerged(text: string): void;
}

/** Two texts that both began as the same: what differs, and what is to become of them. */
export function ConflictView({ base, mine, theirs, onMine, onTheirs, onMerged }: ConflictViewProps) {
  const parts = useMemo(() => mergeLines(base, mine, theirs), [base, mine, theirs]);
  const [sides, setSides] = useState<(Side | undefined)[]>([]);
  const rows = useMemo(() => sideBySide(mine, theirs), [mine, theirs]);
  const conflicts = conflictsOf(parts);
  const merged = mergedText(parts, sides);
  return (
    <section class="conflict" aria-labelledby="conflict">
      <h2 id="conflict">
        <span role="alert">The file changed while you edited it</span>
      </h2>
      <p>
        Nothing is saved yet, and nothing is lost: your text is kept until you decide.{" "}
        {conflicts === 0
          ? "The two changes are in different places: they can be put together."
          : `${countText(conflicts, "place")} changed in both: choose below what holds there.`}
      </p>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          aria-disabled={merged === undefined}
          onClick={() => merged !== undefined && onMerged(merged)}
        >
          Put both together
        </button>
        <button type="button" onClick={onMine}>
          Save mine over it
        </button>
        <button type="button" onClick={onTheirs}>
          Take what stands there
        </button>
      </div>
      {conflicts === 0 ? null : <Choices parts={parts} sides={sides} onChoose={setSides} />}
      <h3>What differs</h3>
      <DiffTable rows={rows} />
    </section>
  );
}

interface ChoicesProps {
  parts: readonly MergePart[];
  sides: readonly (Side | undefined)[];
  onChoose(sides: (Side | undefined)[]): void;
}

function Choices({ parts, sides, onChoose }: ChoicesProps) {
  const both = parts.filter((part) => part.kind === "both");
  const choose = (place: number, side: Side) =>
    onChoose(both.map((_, at) => (at === place ? side : sides[at])));
  return (
    <ol class="choices">
      {both.map((part, place) => (
        <li key={place}>
          <fieldset>
            <legend>Place {place + 1}</legend>
            {(["mine", "theirs"] as const).map((side) => (
              <label key={side}>
                <input
                  type="radio"
                  name={`place-${place}`}
                  checked={sides[place] === side}
                  onChange={() => choose(place, side)}
                />{" "}
                {side === "mine" ? "Mine" : "What stands there"}
                <pre dir="auto">{part[side].join("") || "(nothing)"}</pre>
              </label>
            ))}
          </fieldset>
        </li>
      ))}
    </ol>
  );
}

const SIGNS: Record<Exclude<DiffRow["kind"], "gap">, string> = {
  same: "",
  changed: "changed",
  left: "only mine",
  right: "only there",
};

function DiffTable({ rows }: { rows: readonly DiffRow[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="diff-window" tabIndex={0} aria-label="Both texts beside each other">
      <table class="diff">
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              Mine
            </th>
            <th scope="col" colSpan={2}>
              What stands there
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) =>
            row.kind === "gap" ? (
              <tr key={place} class="gap">
                <td colSpan={4}>{countText(row.lines, "equal line")}</td>
              </tr>
            ) : (
              <tr key={place} class={row.kind}>
                <td class="number">{row.left?.number}</td>
                <td class="left">
                  {row.left?.text}
                  {row.left !== undefined && row.kind !== "same" ? (
                    <span class="sr"> ({SIGNS[row.kind]})</span>
                  ) : null}
                </td>
                <td class="number">{row.right?.number}</td>
                <td class="right">{row.right?.text}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  );
}
