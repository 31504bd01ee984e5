import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Tree } from "../../../api-types.ts";
import { Loading } from "../../parts/empty.tsx";
import { countText, numberText } from "../../parts/format.ts";
import { GraphDrawing } from "./graph-drawing.tsx";
import { type GraphNode, graphModel, shownNodes, structureOf } from "./graph-model.ts";
import { layoutGraph } from "./layout-graph.ts";
import type { PlaceGroup } from "./layout-types.ts";
import { NodePanel } from "./node-panel.tsx";
import { rememberGroups } from "./remember-groups.ts";
import { TreeOutline } from "./tree-outline.tsx";
import { useViewport } from "./use-viewport.ts";

/** The whole tree through all agents: drawn, and as a list for whoever cannot see the drawing. */
export function GraphView({ tree }: { tree: Tree }) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [selected, setSelected] = useState<string>();
  const model = useMemo(() => graphModel(tree, chosen), [tree, chosen]);
  const nodes = useMemo(() => shownNodes(model), [model]);
  const layout = useLayout(model);
  const viewport = useViewport(layout);
  const current = nodes.find(({ key }) => key === selected);
  const toggle = (key: string) => {
    const node = nodes.find((one) => one.key === key);
    viewport.hold();
    if (node !== undefined) setChosen(new Map(chosen).set(key, !node.isOpen));
  };
  const shownKey = current?.key;
  // After the panel beside it has taken its place.
  useEffect(() => {
    if (shownKey !== undefined) viewport.reveal(shownKey);
  }, [shownKey]);
  const all = model.below + 1;
  return (
    <div class={`graph-view${current === undefined ? "" : " with-panel"}`}>
      <div class="graph-tools" role="toolbar" aria-label="Drawing">
        <button type="button" onClick={() => viewport.zoom(1.25)} aria-label="Larger">
          +
        </button>
        <button type="button" onClick={() => viewport.zoom(0.8)} aria-label="Smaller">
          −
        </button>
        <button type="button" onClick={viewport.fit}>
          Fit
        </button>
        <button type="button" onClick={() => setChosen(allAs(tree, true))}>
          Open all
        </button>
        <button type="button" onClick={() => setChosen(allAs(tree, false))}>
          Close all
        </button>
        <span class="quiet">
          {countText(all, "task")}
          {nodes.length < all ? `, ${numberText(nodes.length)} of them drawn` : ""}
        </span>
      </div>
      {layout === undefined ? (
        <Loading />
      ) : (
        <GraphDrawing
          nodes={nodes}
          layout={layout}
          viewport={viewport}
          selected={current?.key}
          onSelect={setSelected}
          onToggle={toggle}
        />
      )}
      {current === undefined ? null : (
        <NodePanel tree={tree} node={current} onClose={() => setSelected(undefined)} onToggle={toggle} />
      )}
      <details class="text-section">
        <summary>The same as a list</summary>
        <TreeOutline model={model} selected={current?.key} onSelect={setSelected} onToggle={toggle} />
      </details>
    </div>
  );
}

/** Made anew when tasks come or go or are folded, not when they only go on. The library for it is not run before it is needed. */
function useLayout(model: GraphNode) {
  const [place, setPlace] = useState<{ group: PlaceGroup }>();
  useEffect(() => {
    void import("./dagre-group.ts").then(({ dagreGroup }) => setPlace({ group: rememberGroups(dagreGroup) }));
  }, []);
  const structure = structureOf(model);
  const latest = useRef(model);
  latest.current = model;
  return useMemo(
    () => (place === undefined ? undefined : layoutGraph(latest.current, place.group)),
    [structure, place],
  );
}

function allAs(tree: Tree, isOpen: boolean): Map<string, boolean> {
  const chosen = new Map<string, boolean>();
  const add = (node: Tree, key: string) => {
    // Of what is all closed, the plan of the job is left to be seen.
    chosen.set(key, isOpen || key === "");
    for (const child of node.children)
      add(child, key === "" ? `${child.subtask}` : `${key}/${child.subtask}`);
  };
  add(tree, "");
  return chosen;
}
