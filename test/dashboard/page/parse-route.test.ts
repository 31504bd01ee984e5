import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { formatRoute, parseRoute, type Route, TASK_TABS } from "../../../src/dashboard/page/parse-route.ts";

/** Whatever an agent or a person may have called something; an address cannot hold half of a character. */
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
const words = fc.oneof(text, fc.constantFrom("a/b", "50%", "?q=1", "#x", "..", "%2f", " ", "<b>", "é"));

const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.constant({ view: "home" } as const),
  fc.constant({ view: "agents" } as const),
  fc.record({ view: fc.constant("agent" as const), agent: words }),
  fc.record({ view: fc.constant("give" as const), agent: words }, { requiredKeys: ["view"] }),
  fc.record({ view: fc.constant("search" as const), query: fc.oneof(fc.constant(""), words) }),
  fc.record(
    {
      view: fc.constant("task" as const),
      agent: words,
      task: words,
      tab: fc.constantFrom(...TASK_TABS),
      message: words,
    },
    { requiredKeys: ["view", "agent", "task", "tab"] },
  ),
);

property.prop([routes])("every view has an address that leads back to it", (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

property.prop([fc.string({ unit: "binary" })])("any address is some view", (hash) => {
  expect(parseRoute(hash).view).toBeTypeOf("string");
});

test("addresses as people share them", () => {
  expect(formatRoute({ view: "home" })).toBe("#/");
  expect(formatRoute({ view: "task", agent: "lead", task: "launch-k3", tab: "overview" })).toBe(
    "#/task/lead/launch-k3",
  );
  expect(parseRoute("#/task/lead/launch-k3/graph")).toMatchObject({ tab: "graph" });
  expect(parseRoute("#/task/lead/launch-k3/nothing")).toMatchObject({ tab: "overview" });
  expect(parseRoute("#/task/lead")).toEqual({ view: "home" });
  expect(parseRoute("#/search?q=a?b")).toEqual({ view: "search", query: "a?b" });
  expect(parseRoute("#/agent/%")).toEqual({ view: "agent", agent: "%" });
});
