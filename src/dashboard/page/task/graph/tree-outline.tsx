import { StatusBadge } from "../../parts/status-badge.tsx";
import { shownStatus, toneOf } from "../../parts/status-look.ts";
import type { GraphNode } from "./graph-model.ts";

interface TreeOutlineProps {
  model: GraphNode;
  selected: string | undefined;
  onSelect(key: string): void;
  onToggle(key: string): void;
}

/** What the drawing shows, as a list within lists. */
export function TreeOutline({ model, ...rest }: TreeOutlineProps) {
  return (
    <ul class="outline">
      <OutlineItem node={model} {...rest} />
    </ul>
  );
}

function OutlineItem({
  node: shown,
  selected,
  onSelect,
  onToggle,
}: Omit<TreeOutlineProps, "model"> & { node: GraphNode }) {
  const { key, node, children, below, isOpen } = shown;
  return (
    <li>
      {below === 0 ? null : (
        <button type="button" aria-expanded={isOpen} onClick={() => onToggle(key)}>
          {isOpen ? "−" : `+${below}`}
          <span class="sr"> below {node.title}</span>
        </button>
      )}{" "}
      <button
        type="button"
        class={`plain tone-${toneOf(shownStatus(node.status, node.standing))}`}
        aria-pressed={key === selected}
        onClick={() => onSelect(key)}
        dir="auto"
      >
        {node.title}
      </button>{" "}
      <StatusBadge status={node.status} standing={node.standing} />{" "}
      <span class="quiet">
        {node.agent}
        {node.depends_on.length === 0 ? "" : `, after ${node.depends_on.join(", ")}`}
      </span>
      {children.length === 0 ? null : (
        <ul>
          {children.map((child) => (
            <OutlineItem
              key={child.key}
              node={child}
              selected={selected}
              onSelect={onSelect}
              onToggle={onToggle}
            />
          ))}
        </ul>
      )}
    </li>
  );
}
