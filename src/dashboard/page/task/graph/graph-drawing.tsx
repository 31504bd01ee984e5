import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { countText } from "../../parts/format.ts";
import { shownStatus } from "../../parts/status-look.ts";
import { followPointers } from "./follow-pointers.ts";
import { GraphCard, isTurn } from "./graph-card.tsx";
import type { GraphNode } from "./graph-model.ts";
import { edgePath, type GraphLayout } from "./layout-graph.ts";
import type { Point } from "./layout-types.ts";
import type { ViewportControl } from "./use-viewport.ts";

interface GraphDrawingProps {
  nodes: readonly GraphNode[];
  layout: GraphLayout;
  viewport: ViewportControl;
  selected: string | undefined;
  onSelect(key: string | undefined): void;
  onToggle(key: string): void;
}

const STEP = 60;

/** The drawing itself, moved by wheel, drag, two fingers and keys. */
export function GraphDrawing({ nodes, layout, viewport, selected, onSelect, onToggle }: GraphDrawingProps) {
  const box = useRef<HTMLElement>(null);
  const latest = useRef(viewport);
  latest.current = viewport;
  useEffect(() => (box.current === null ? undefined : followPointers(box.current, () => latest.current)), []);
  const click = (event: MouseEvent) => {
    const hit = (event.target as Element).closest<SVGElement>("[data-key]");
    const key = hit?.dataset.key;
    if (key !== undefined && hit?.classList.contains("graph-fold")) onToggle(key);
    else onSelect(key);
  };
  const drawn = useCards();
  const lines = useMemo(() => <Lines layout={layout} />, [layout]);
  return (
    // What a click selects, the list below selects as well.
    <section
      ref={box}
      class="graph-window"
      style={{ "--needed": `${Math.round(layout.height) + 40}px` }}
      aria-label="Drawing of all tasks. Arrow keys move it, plus and minus change its size, 0 shows all of it; the list below says the same."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys
      tabIndex={0}
      onClick={click}
      onKeyDown={(event) => steer(event, viewport)}
    >
      <svg
        ref={viewport.window}
        role="img"
        aria-label={`${countText(nodes.length, "task")} and what waits for what`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8Z" />
          </marker>
        </defs>
        <g ref={viewport.drawing}>
          {lines}
          {nodes.map((node) => drawn(node, layout.cards.get(node.key), node.key === selected))}
        </g>
      </svg>
    </section>
  );
}

/** Draws cards, those anew that look other than before: while a job goes on, most of hundreds do not. */
function useCards() {
  const cards = useRef(new Map<string, { looks: string; card: VNode }>());
  return (node: GraphNode, at: Point | undefined, isSelected: boolean): VNode | null => {
    // Of a task that came this moment, there is a place at the next drawing.
    if (at === undefined) return null;
    const looks = `${at.x} ${at.y} ${isSelected} ${looksOf(node)}`;
    const known = cards.current.get(node.key);
    if (known?.looks === looks) return known.card;
    const card = <GraphCard key={node.key} shown={node} x={at.x} y={at.y} isSelected={isSelected} />;
    cards.current.set(node.key, { looks, card });
    return card;
  };
}

/** All that a card shows. */
function looksOf({ node, below, isOpen }: GraphNode): string {
  const { title, status, standing, agent, started_at, finished_at } = node;
  return JSON.stringify([
    title,
    shownStatus(status, standing),
    isTurn(standing),
    agent,
    started_at,
    finished_at,
    below,
    isOpen,
  ]);
}

function Lines({ layout: { frames, edges } }: { layout: GraphLayout }) {
  return (
    <>
      {frames.map(({ key, x, y, width, height }) => (
        <rect key={key} class="graph-frame" x={x} y={y} width={width} height={height} rx={10} />
      ))}
      {edges.map(({ kind, from, to, points }) => (
        <path
          key={`${from}>${to}`}
          class={`graph-edge ${kind}`}
          d={edgePath(points)}
          marker-end={kind === "waits" ? "url(#arrow)" : undefined}
        />
      ))}
    </>
  );
}

function steer(event: KeyboardEvent, viewport: ViewportControl): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const moves: Record<string, () => void> = {
    ArrowLeft: () => viewport.pan({ x: STEP, y: 0 }),
    ArrowRight: () => viewport.pan({ x: -STEP, y: 0 }),
    ArrowUp: () => viewport.pan({ x: 0, y: STEP }),
    ArrowDown: () => viewport.pan({ x: 0, y: -STEP }),
    "+": () => viewport.zoom(1.25),
    "=": () => viewport.zoom(1.25),
    "-": () => viewport.zoom(0.8),
    "0": viewport.fit,
  };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  move();
}
