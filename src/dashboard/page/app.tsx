import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Status } from "../api-types.ts";
import { lookUrl } from "./api.ts";
import { useLook } from "./live.ts";
import { Connection } from "./parts/connection.tsx";
import { focusContent } from "./parts/focus.ts";
import { useShortcuts } from "./parts/shortcuts.ts";
import { ShortcutsDialog } from "./parts/shortcuts-dialog.tsx";
import { StatusContext } from "./parts/status-context.ts";
import { useNeeds } from "./parts/title.ts";
import { Toasts } from "./parts/toasts.tsx";
import { TopBar } from "./parts/top-bar.tsx";
import { type Route, useRoute } from "./route.ts";
import { TaskView } from "./task/task-view.tsx";
import { AgentView } from "./views/agent.tsx";
import { AgentsView } from "./views/agents.tsx";
import { GiveView } from "./views/give.tsx";
import { HomeView } from "./views/home.tsx";
import { SearchView } from "./views/search.tsx";

/** The frame of every view. */
export function App() {
  const route = useRoute();
  const status = useLook<Status>(lookUrl("status"));
  const [isHelp, setHelp] = useState(false);
  const needs = status.value?.problems.length ?? 0;
  useNeeds(needs);
  useShortcuts(useCallback(() => setHelp(true), []));
  useFocus(subjectOf(route));
  return (
    <StatusContext.Provider value={status}>
      <TopBar route={route} needs={needs} onHelp={() => setHelp(true)} />
      <Connection />
      <main id="main" tabIndex={-1}>
        <View route={route} />
      </main>
      <Toasts />
      {isHelp ? <ShortcutsDialog onClose={() => setHelp(false)} /> : null}
    </StatusContext.Provider>
  );
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case "home":
      return <HomeView />;
    case "task":
      // Another task is another view: nothing of the one before stays open in it.
      return <TaskView key={subjectOf(route)} {...route} />;
    case "agents":
      return <AgentsView />;
    case "agent":
      return <AgentView key={route.agent} agent={route.agent} />;
    case "give":
      return <GiveView key={route.agent} agent={route.agent} />;
    case "search":
      return <SearchView query={route.query} />;
  }
}

/** What a view is about; another part of the same is no other view. */
function subjectOf(route: Route): string {
  switch (route.view) {
    case "task":
      return `task ${route.agent} ${route.task}`;
    case "agent":
    case "give":
      return `${route.view} ${route.agent ?? ""}`;
    case "search":
      return `search ${route.query}`;
    default:
      return route.view;
  }
}

/** Where one came by a link of the page, the new view has the focus; when the page opens, the browser decides. */
function useFocus(subject: string): void {
  const before = useRef(subject);
  useEffect(() => {
    if (before.current === subject) return;
    before.current = subject;
    scrollTo(0, 0);
    focusContent();
  }, [subject]);
}
