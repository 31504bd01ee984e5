import { useCallback } from "preact/hooks";
import type { Tree } from "../../../api-types.ts";
import { durationText } from "../../parts/format.ts";
import { shownStatus, signOf, toneOf, wordOf } from "../../parts/status-look.ts";
import { useNow } from "../../parts/use-now.ts";
import { fitText } from "./fit-text.ts";
import type { GraphNode } from "./graph-model.ts";
import { CARD } from "./layout-graph.ts";

interface GraphCardProps {
  shown: GraphNode;
  x: number;
  y: number;
  isSelected: boolean;
}

/** About so many letters fit beside the sign, and below. */
const TITLE = 27;
const FACTS = 34;
const FOLD = 34;

/** One task in the drawing: its state by sign, word and colour, its title, who has it, how long it took. */
export function GraphCard({ shown: { key, node, below, isOpen }, x, y, isSelected }: GraphCardProps) {
  const isPersons = isTurn(node.standing);
  const tone = isPersons ? "wait" : toneOf(shownStatus(node.status, node.standing));
  const hasMore = node.children.length > 0;
  const word = isPersons ? "your turn" : wordOf(shownStatus(node.status, node.standing));
  return (
    <g
      class={`graph-card tone-${tone}${isSelected ? " selected" : ""}`}
      transform={`translate(${x} ${y})`}
      data-key={key}
    >
      <title>{`${node.title}\n${word}, ${node.agent}`}</title>
      <rect class="body" width={CARD.width} height={CARD.height} rx={7} />
      <rect class="side" width={6} height={CARD.height} rx={3} />
      <g class="words">
        <text class="sign" x={14} y={22}>
          {signOf(tone)}
        </text>
        <text class="title" x={30} y={22}>
          {fitText(node.title, hasMore ? TITLE - 5 : TITLE)}
        </text>
        <text class="facts" x={14} y={42}>
          {fitText(`${word} · ${node.agent}`, hasMore ? FACTS - 14 : FACTS - 9)}
          <CardTime node={node} />
        </text>
      </g>
      {hasMore ? (
        <g class="graph-fold" data-key={key} transform={`translate(${CARD.width - FOLD} 0)`}>
          <title>{isOpen ? "Close" : `Open: ${below} more`}</title>
          <rect width={FOLD} height={CARD.height} rx={7} />
          <text x={FOLD / 2} y={CARD.height / 2 + 5} text-anchor="middle">
            {isOpen ? "−" : `+${below}`}
          </text>
        </g>
      ) : null}
    </g>
  );
}

/** It is a person's turn. */
export function isTurn(standing: Tree["standing"]): boolean {
  return standing.state === "waiting" && standing.person === true;
}

function CardTime({ node: { started_at, finished_at } }: { node: Tree }) {
  const start = Date.parse(started_at ?? "");
  if (Number.isNaN(start)) return null;
  if (finished_at === undefined) return <RunningTime start={start} />;
  return <>{` · ${durationText(Date.parse(finished_at) - start)}`}</>;
}

function RunningTime({ start }: { start: number }) {
  const make = useCallback(
    (now: number) => ` · ${durationText(Math.max(0, Math.floor((now - start) / 1000) * 1000))}`,
    [start],
  );
  return <>{useNow(make)}</>;
}
