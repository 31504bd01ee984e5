import { useEffect, useState } from "preact/hooks";

/** What the page shows, as it stands in the address after `#`: it can be shared, and it survives a reload. */
export type Route =
  | { view: "home" }
  | { view: "task"; agent: string; task: string; tab: TaskTab; message?: string }
  | { view: "agent"; agent: string }
  | { view: "search"; query: string };

export const TASK_TABS = ["overview", "graph", "timeline", "messages", "file"] as const;
export type TaskTab = (typeof TASK_TABS)[number];

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, ...words] = path.split("/").map(decode);
  const [first, second, third, fourth] = words;
  if (view === "agent" && first) return { view, agent: first };
  if (view === "search") return { view, query: new URLSearchParams(query).get("q") ?? "" };
  if (view === "task" && first && second) {
    const tab = TASK_TABS.find((one) => one === third) ?? "overview";
    return { view, agent: first, task: second, tab, ...(fourth ? { message: fourth } : {}) };
  }
  return { view: "home" };
}

/** For `href`. */
export function formatRoute(route: Route): string {
  const path = (...words: string[]) => `#/${words.map(encodeURIComponent).join("/")}`;
  switch (route.view) {
    case "home":
      return "#/";
    case "agent":
      return path("agent", route.agent);
    case "search":
      return `#/search?${new URLSearchParams({ q: route.query })}`;
    case "task": {
      const tab = route.tab === "overview" && route.message === undefined ? [] : [route.tab];
      return path("task", route.agent, route.task, ...tab, ...(route.message ? [route.message] : []));
    }
  }
}

export function go(route: Route): void {
  location.hash = formatRoute(route);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const change = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}

/** An address that a person changed by hand is no reason to show nothing. */
function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
