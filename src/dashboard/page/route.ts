import { useEffect, useState } from "preact/hooks";
import { formatRoute, parseRoute, type Route } from "./parse-route.ts";

export { formatRoute, parseRoute, type Route, TASK_TABS, type TaskTab } from "./parse-route.ts";

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
