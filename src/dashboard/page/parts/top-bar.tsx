import { useLive } from "../live.ts";
import { formatRoute, go, type Route } from "../route.ts";

interface TopBarProps {
  route: Route;
  /** How much needs a person. */
  needs: number;
  onHelp(): void;
}

export function TopBar({ route, needs, onHelp }: TopBarProps) {
  const { state } = useLive();
  const query = route.view === "search" ? route.query : "";
  return (
    <header class="top">
      <a class="brand" href={formatRoute({ view: "home" })}>
        Clawflow
      </a>
      <nav aria-label="Views">
        <NavLink to={{ view: "home" }} isHere={route.view === "home"}>
          Home
          {needs > 0 ? (
            <span class="count">
              {needs}
              <span class="sr"> {needs === 1 ? "needs" : "need"} you</span>
            </span>
          ) : null}
        </NavLink>
        <NavLink to={{ view: "agents" }} isHere={route.view === "agents" || route.view === "agent"}>
          Agents
        </NavLink>
        <NavLink to={{ view: "give" }} isHere={route.view === "give"}>
          Give work
        </NavLink>
      </nav>
      <search>
        <form onSubmit={search}>
          <input
            key={query}
            type="search"
            name="q"
            defaultValue={query}
            aria-label="Search tasks, messages and results"
            placeholder="Search"
          />
        </form>
      </search>
      <span class={`live live-${state}`}>
        {state === "live" ? "live" : state === "begins" ? "…" : "not live"}
      </span>
      <button type="button" class="help" aria-label="Keys" onClick={onHelp}>
        ?
      </button>
    </header>
  );
}

function NavLink({
  to,
  isHere,
  children,
}: {
  to: Route;
  isHere: boolean;
  children: preact.ComponentChildren;
}) {
  return (
    <a href={formatRoute(to)} aria-current={isHere ? "page" : undefined}>
      {children}
    </a>
  );
}

function search(event: SubmitEvent): void {
  event.preventDefault();
  const query = `${new FormData(event.currentTarget as HTMLFormElement).get("q") ?? ""}`.trim();
  if (query !== "") go({ view: "search", query });
}
