import { useCallback, useMemo, useState } from "preact/hooks";
import type { Log, Tree } from "../../../api-types.ts";
import { durationText } from "../../parts/format.ts";
import { useNow } from "../../parts/use-now.ts";
import { ticksOf, timelineOf } from "./timeline-bars.ts";
import { TimelineRow } from "./timeline-row.tsx";

const MOST = 32;
/** Of round times, at the usual size. */
const TICKS = 6;

const KEYS = [
  ["held", "not sent yet"],
  ["inbox", "in the inbox"],
  ["open", "under way"],
  ["thinking", "a brain worked"],
  ["mark mark-decision", "a decision"],
  ["mark mark-turn", "a person is asked"],
  ["mark mark-control", "a control"],
  ["mark mark-problem", "a problem"],
] as const;

/** When each task was held back, waited, was worked on and ended. On a narrow screen a list, each with its own small bar. */
export function TimelineView({ tree, log }: { tree: Tree; log: Log }) {
  const [zoom, setZoom] = useState(1);
  const isOver = tree.finished_at !== undefined;
  const now =
    Number(useNow(useCallback((at: number) => (isOver ? "0" : `${Math.floor(at / 1000)}`), [isOver]))) * 1000;
  const timeline = useMemo(
    () => timelineOf(tree, log, isOver ? Date.parse(tree.finished_at ?? "") : now),
    [tree, log, now, isOver],
  );
  const length = timeline.to - timeline.from;
  const larger = (factor: number) => setZoom(Math.min(MOST, Math.max(1, zoom * factor)));
  return (
    <div class="timeline">
      <div class="graph-tools" role="toolbar" aria-label="Timeline">
        <button type="button" onClick={() => larger(2)} aria-label="Larger">
          +
        </button>
        <button type="button" onClick={() => larger(0.5)} aria-label="Smaller">
          −
        </button>
        <button type="button" onClick={() => setZoom(1)}>
          Fit
        </button>
        <span class="quiet">{durationText(length)} in all</span>
      </div>
      <p class="legend quiet">
        {KEYS.map(([kind, name]) => (
          <span key={kind}>
            <i class={kind} /> {name}
          </span>
        ))}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="timeline-window" tabIndex={0} aria-label="Tasks in time">
        <div class="timeline-sheet" style={{ "--zoom": zoom }}>
          <div class="timeline-axis" aria-hidden="true">
            {ticksOf(length, TICKS * zoom).map((tick) => (
              <span key={tick} style={{ left: `${(tick / length) * 100}%` }}>
                {durationText(tick)}
              </span>
            ))}
          </div>
          <ol class="timeline-rows">
            {timeline.bars.map((bar) => (
              <TimelineRow key={bar.key} bar={bar} from={timeline.from} length={length} />
            ))}
          </ol>
        </div>
      </section>
    </div>
  );
}
