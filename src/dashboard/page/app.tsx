import { useLive } from "./live.ts";
import { formatRoute, type Route, useRoute } from "./route.ts";
import { TaskView } from "./task/task-view.tsx";
import { AgentView } from "./views/agent.tsx";
import { HomeView } from "./views/home.tsx";
import { SearchView } from "./views/search.tsx";

/** The frame of every view. */
export function App() {
  const route = useRoute();
  const live = useLive();
  return (
    <>
      <header class="top">
        <a class="home" href={formatRoute({ view: "home" })}>
          Clawflow
        </a>
        <search>
          <form action="#/search" onSubmit={search}>
            <input
              type="search"
              name="q"
              aria-label="Search tasks, messages and results"
              placeholder="Search"
            />
          </form>
        </search>
        <span class={live ? "live" : "live off"} role="status">
          {live ? "live" : "not connected"}
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        <View route={route} />
      </main>
    </>
  );
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case "home":
      return <HomeView />;
    case "task":
      return <TaskView {...route} />;
    case "agent":
      return <AgentView agent={route.agent} />;
    case "search":
      return <SearchView query={route.query} />;
    case "agents":
    case "give":
      return <HomeView />;
  }
}

function search(event: SubmitEvent): void {
  event.preventDefault();
  const query = new FormData(event.currentTarget as HTMLFormElement).get("q");
  location.hash = formatRoute({ view: "search", query: `${query ?? ""}` });
}
