/** What the page shows, as it stands in the address after `#`: it can be shared, and it survives a reload. */
export type Route =
  | { view: "home" }
  | { view: "task"; agent: string; task: string; tab: TaskTab; message?: string }
  | { view: "agents" }
  | { view: "agent"; agent: string }
  | { view: "search"; query: string }
  /** Give work, to that agent. */
  | { view: "give"; agent?: string };

export const TASK_TABS = ["overview", "graph", "timeline", "messages", "file"] as const;
export type TaskTab = (typeof TASK_TABS)[number];

/** Whatever the text is, it is some view. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = splitOnce(hash.replace(/^#\/?/, ""));
  const [view, ...words] = path.split("/").map(decode);
  const [first, second, third, fourth] = words;
  if (view === "agents") return { view };
  if (view === "agent" && first) return { view, agent: first };
  if (view === "give") return { view, ...(first ? { agent: first } : {}) };
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
    case "agents":
      return path("agents");
    case "agent":
      return path("agent", route.agent);
    case "give":
      return path("give", ...(route.agent ? [route.agent] : []));
    case "search":
      return `#/search?${new URLSearchParams({ q: route.query })}`;
    case "task": {
      const tab = route.tab === "overview" && route.message === undefined ? [] : [route.tab];
      return path("task", route.agent, route.task, ...tab, ...(route.message ? [route.message] : []));
    }
  }
}

/** The query holds everything after the first question mark. */
function splitOnce(text: string): [string, string] {
  const mark = text.indexOf("?");
  return mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
}

/** An address that a person changed by hand is no reason to show nothing. */
function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
