import type { Route } from "../route.ts";

export function TaskView({ agent, task }: Extract<Route, { view: "task" }>) {
  return (
    <h1>
      {task} of {agent}
    </h1>
  );
}
