import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { validateDag } from "../../src/dag/validate-dag.ts";
import { randomDag } from "./random-dag.ts";

const rules = { self: "lead", agents: ["writer", "reader"], limit: 5 };
const plan = (edges: Record<string, string[]>, agent = "reader") =>
  Object.fromEntries(Object.entries(edges).map(([id, depends_on]) => [id, { agent, depends_on }]));

describe("validateDag", () => {
  it("takes a plan in any order, for peers and for self", () => {
    const subtasks = { b: { agent: "self", depends_on: ["a"] }, a: { agent: "reader", depends_on: [] } };
    expect(validateDag(subtasks, rules)).toBeUndefined();
  });

  it("refuses a plan without subtasks", () => {
    expect(validateDag({}, rules)).toMatchObject({ code: "E_PLAN" });
  });

  it("counts what the task has already", () => {
    const existing = new Map(["a", "b", "c", "d"].map((id) => [id, { depends_on: [] }]));
    expect(validateDag(plan({ e: [] }), { ...rules, existing })).toBeUndefined();
    expect(validateDag(plan({ e: [], f: [] }), { ...rules, existing })).toMatchObject({ code: "E_LIMIT" });
    expect(validateDag(plan({ a: [], b: [], c: [], d: [], e: [], f: [] }), rules)).toMatchObject({
      code: "E_LIMIT",
    });
  });

  it.each(["", "A", "../x", "a--2", "1a", "__proto__", "a".repeat(65)])("refuses the id %j", (id) => {
    const subtasks = Object.fromEntries([[id, { agent: "reader", depends_on: [] }]]);
    const error = validateDag(subtasks, rules);
    expect(error).toMatchObject({ code: "E_ID" });
    expect(error?.message).toContain(JSON.stringify(id));
  });

  it("takes ids that objects have of themselves", () => {
    expect(validateDag(plan({ constructor: [], b: ["constructor"] }), rules)).toBeUndefined();
    expect(validateDag(plan({ b: ["constructor"] }), rules)).toMatchObject({ code: "E_DEPENDENCY" });
  });

  it("lists whom an unknown agent could have been", () => {
    const error = validateDag(plan({ a: [] }, "ghost"), rules);
    expect(error).toMatchObject({ code: "E_UNKNOWN_AGENT", detail: { at: "subtasks.a.agent" } });
    expect(error?.message).toContain("reader, writer, self");
  });

  it("an agent names its own brain as self", () => {
    const error = validateDag(plan({ a: [] }, "lead"), { ...rules, agents: ["lead"] });
    expect(error).toMatchObject({ code: "E_SELF_SEND" });
    expect(error?.message).toContain("`self`");
  });

  it.each([
    [{ a: ["nowhere"] }, "subtasks.a.depends_on[0]", "not there"],
    [{ a: [], b: ["a", "b"] }, "subtasks.b.depends_on[1]", "itself"],
    [{ a: [], b: ["a", "a"] }, "subtasks.b.depends_on[1]", "twice"],
  ])("refuses the dependencies of %j", (edges, at, text) => {
    const error = validateDag(plan(edges as Record<string, string[]>), rules);
    expect(error).toMatchObject({ code: "E_DEPENDENCY", detail: { at } });
    expect(error?.message).toContain(text);
  });

  it("names the path of a cycle", () => {
    const error = validateDag(plan({ a: ["c"], b: ["a"], c: ["b"] }), rules);
    expect(error).toMatchObject({ code: "E_CYCLE", detail: { found: "a -> c -> b -> a" } });
  });

  it("adds to a DAG that is there, and not under a name that is taken", () => {
    const existing = new Map([["a", { depends_on: ["later"] }]]);
    expect(validateDag(plan({ b: ["a"] }), { ...rules, existing })).toBeUndefined();
    expect(validateDag(plan({ a: [] }), { ...rules, existing })).toMatchObject({ code: "E_PLAN" });
    expect(validateDag(plan({ later: ["a"] }), { ...rules, existing })).toMatchObject({ code: "E_CYCLE" });
  });

  property.prop([randomDag(), fc.nat()])(
    "takes any DAG, whole or the rest of it added to a part",
    (dag, cut) => {
      const all = [...dag].map(([id, { depends_on }]) => [id, { agent: "reader", depends_on }] as const);
      const limits = { ...rules, limit: 30 };
      expect(validateDag(Object.fromEntries(all), limits)).toBeUndefined();
      const existing = new Map(all.slice(0, cut % all.length));
      const rest = Object.fromEntries(all.slice(cut % all.length));
      expect(validateDag(rest, { ...limits, existing })).toBeUndefined();
    },
  );
});
