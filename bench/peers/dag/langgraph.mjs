import { join } from "node:path";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import Database from "better-sqlite3";
import { freshFolder } from "../lib/folders.mjs";
import { packageVersion } from "../lib/package-version.mjs";
import { inFlight } from "./in-flight.mjs";

/** LangGraph: a job is a run of a graph on a thread of its own, a node a node; a checkpoint after each layer before the next begins. */
export async function start() {
  const database = new Database(join(freshFolder("langgraph"), "checkpoints.db"));
  const saver = new SqliteSaver(database);
  saver.setup();
  database.pragma("synchronous = FULL");
  const graphs = new Map();
  const graphOf = (layers, width) => {
    const key = `${layers} × ${width}`;
    if (!graphs.has(key)) graphs.set(key, compile(layers, width, saver));
    return graphs.get(key);
  };
  let threads = 0;
  return {
    name: `LangGraph ${packageVersion("@langchain/langgraph")}, SQLite`,
    durability: "WAL synchronous=FULL, durability sync: writes of each node, a checkpoint each layer",
    run: ({ layers, width, ...jobs }) => {
      const graph = graphOf(layers, width);
      return inFlight(jobs, () =>
        graph.invoke(
          { count: 0 },
          {
            configurable: { thread_id: `t${threads++}` },
            recursionLimit: layers + 5,
            durability: "sync",
          },
        ),
      );
    },
    stop: () => database.close(),
  };
}

function compile(layers, width, checkpointer) {
  const State = Annotation.Root({
    count: Annotation({ reducer: (sum, more) => sum + more, default: () => 0 }),
  });
  const graph = new StateGraph(State);
  for (let layer = 0; layer < layers; layer++) {
    for (let line = 0; line < width; line++) {
      graph.addNode(`n${layer}-${line}`, () => ({ count: 1 }));
      graph.addEdge(layer === 0 ? START : `n${layer - 1}-${line}`, `n${layer}-${line}`);
      if (layer === layers - 1) graph.addEdge(`n${layer}-${line}`, END);
    }
  }
  return graph.compile({ checkpointer });
}
