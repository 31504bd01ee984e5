import type { Log, ShownTask, Tree } from "../../api-types.ts";
import { lookUrl } from "../api.ts";
import { useLook } from "../live.ts";
import { Loading } from "../parts/empty.tsx";
import { ErrorBox } from "../parts/error-box.tsx";
import { useTitle } from "../parts/title.ts";
import { formatRoute, type Route, TASK_TABS, type TaskTab } from "../route.ts";
import { FileView } from "./file/file-view.tsx";
import { GraphView } from "./graph/graph-view.tsx";
import { MessagesView } from "./messages/messages-view.tsx";
import { OverviewView } from "./overview/overview-view.tsx";
import { TaskHead } from "./task-head.tsx";
import { TimelineView } from "./timeline/timeline-view.tsx";

type TaskRoute = Extract<Route, { view: "task" }>;

/** One task of one agent, and all below it. */
export function TaskView({ agent, task, tab, message }: TaskRoute) {
  const shown = useLook<ShownTask>(lookUrl("show", [task], { agent }));
  const needsTree = tab !== "file";
  const tree = useLook<Tree>(needsTree ? lookUrl("tree", [task], { agent }) : undefined);
  const needsLog = tab === "timeline" || tab === "messages";
  const log = useLook<Log>(needsLog ? lookUrl("log", [], { task, agent }) : undefined);
  useTitle(shown.value?.title || task);
  if (shown.value === undefined) {
    return shown.error === undefined ? <Loading /> : <ErrorBox error={shown.error} again={shown.again} />;
  }
  const error = shown.error ?? tree.error ?? log.error;
  return (
    <article class="task-view">
      <TaskHead shown={shown.value} />
      {error === undefined ? null : <ErrorBox error={error} />}
      <Tabs agent={agent} task={task} tab={tab} />
      <section aria-label={NAMES[tab]}>
        {tab === "overview" ? <OverviewView shown={shown.value} tree={tree.value} /> : null}
        {tab === "graph" ? tree.value === undefined ? <Loading /> : <GraphView tree={tree.value} /> : null}
        {tab === "timeline" ? (
          tree.value === undefined || log.value === undefined ? (
            <Loading />
          ) : (
            <TimelineView tree={tree.value} log={log.value} />
          )
        ) : null}
        {tab === "messages" ? (
          log.value === undefined ? (
            <Loading />
          ) : (
            <MessagesView shown={shown.value} log={log.value} tree={tree.value} message={message} />
          )
        ) : null}
        {tab === "file" ? <FileView key={`${agent}/${task}`} shown={shown.value} /> : null}
      </section>
    </article>
  );
}

const NAMES: Record<TaskTab, string> = {
  overview: "Overview",
  graph: "Graph",
  timeline: "Timeline",
  messages: "Messages",
  file: "task.md",
};

function Tabs({ agent, task, tab }: Pick<TaskRoute, "agent" | "task" | "tab">) {
  return (
    <nav class="tabs" aria-label="Views of this task">
      {TASK_TABS.map((one) => (
        <a
          key={one}
          href={formatRoute({ view: "task", agent, task, tab: one })}
          aria-current={one === tab ? "page" : undefined}
        >
          {NAMES[one]}
        </a>
      ))}
    </nav>
  );
}
