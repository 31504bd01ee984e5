import { describe, expect, test } from "vitest";
import { normalId, type OpenClawPlaces, readAgents, workspaceRules } from "../../src/host/openclaw-agents.ts";

const places: OpenClawPlaces = { stateDir: "/home/ada/.openclaw", home: "/home/ada", cwd: "/srv" };

function read(agents: unknown, taking: string[] = ["*"], where = places) {
  const config = { agents };
  return readAgents(config, { taking, workspaceOf: workspaceRules(config, where) });
}

const idsOf = ({ agents }: ReturnType<typeof read>) => agents.map(({ id }) => id);

function peers(agents: unknown, taking?: string[]) {
  return Object.fromEntries(read(agents, taking).agents.map(({ id, peers: found }) => [id, found]));
}

function workspaces(agents: unknown, where = places) {
  return Object.fromEntries(read(agents, ["*"], where).agents.map(({ id, workspace }) => [id, workspace]));
}

describe("both forms of the configuration", () => {
  const lead = { name: "Lead", workspace: "/w/lead", subagents: { allowAgents: ["coder"] } };
  const coder = { workspace: "/w/coder", description: "Writes code", model: "mock/small" };
  const expected = [
    { id: "lead", description: "Lead", workspace: "/w/lead", peers: ["coder"] },
    { id: "coder", description: "Writes code", workspace: "/w/coder", peers: [], model: "mock/small" },
  ];

  test("agents.entries", () => {
    expect(read({ ownership: "explicit", entries: { lead, coder } })).toEqual({
      agents: expected,
      problems: [],
    });
  });

  test("agents.list", () => {
    expect(
      read({
        list: [
          { id: "lead", ...lead },
          { id: "coder", ...coder },
        ],
      }),
    ).toEqual({
      agents: expected,
      problems: [],
    });
  });

  test("entries hold where both are there, as they do for OpenClaw", () => {
    expect(idsOf(read({ entries: { coder }, list: [{ id: "lead", ...lead }] }))).toEqual(["coder"]);
  });

  test("without any there is main", () => {
    const main = [{ id: "main", description: "", workspace: "/home/ada/.openclaw/workspace", peers: [] }];
    expect(read(undefined)).toEqual({ agents: main, problems: [] });
    expect(read({ defaults: {} }).agents).toEqual(main);
    expect(idsOf(read({ entries: {} }))).toEqual([]);
    expect(idsOf(read({ list: [] }))).toEqual([]);
  });

  test("what is no agent is passed over", () => {
    expect(idsOf(read({ entries: { a: null, b: "x", c: {} } }))).toEqual(["c"]);
    expect(idsOf(read({ list: [null, 3, { id: "c" }] }))).toEqual(["c"]);
    expect(idsOf(read({ entries: [] }))).toEqual([]);
    expect(idsOf(read("x"))).toEqual(["main"]);
  });
});

describe("ids", () => {
  test.each([
    ["Coder", "coder"],
    [" my agent ", "my-agent"],
    ["été", "t"],
    ["--", "main"],
    ["", "main"],
    ["a_b-c", "a_b-c"],
    ["x".repeat(70), "x".repeat(64)],
  ])("%s is %s", (given, expected) => expect(normalId(given)).toBe(expected));

  test("of two with the same id the first holds", () => {
    const { agents } = read({
      list: [
        { id: "Coder", name: "one" },
        { id: "coder", name: "two" },
      ],
    });
    expect(agents.map(({ id, description }) => [id, description])).toEqual([["coder", "one"]]);
  });

  test("names that stand for others in messages are no agents", () => {
    const { agents, problems } = read({ entries: { human: {}, self: {}, system: {}, a: {} } });
    expect(agents.map(({ id }) => id)).toEqual(["a"]);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/human is left out/);
  });
});

describe("workspaces", () => {
  test("one's own, absolute, below the home or relative", () => {
    expect(
      workspaces({ entries: { a: { workspace: "/w/a" }, b: { workspace: "~/b" }, c: { workspace: "c" } } }),
    ).toEqual({ a: "/w/a", b: "/home/ada/b", c: "/srv/c" });
  });

  test("by default below the state folder", () => {
    expect(workspaces({ entries: { a: {}, b: { workspace: " " } } })).toEqual({
      a: "/home/ada/.openclaw/workspace-a",
      b: "/home/ada/.openclaw/workspace-b",
    });
  });

  test("the only agent has the one without a name", () => {
    expect(workspaces({ entries: { a: {} } })).toEqual({ a: "/home/ada/.openclaw/workspace" });
    const named = { ...places, workspace: "/srv/ws" };
    expect(workspaces({ entries: { a: {} } }, named)).toEqual({ a: "/srv/ws" });
  });

  test("so has the one that an old configuration marks", () => {
    const list = [{ id: "a" }, { id: "b", default: true }];
    const marked = { a: "/home/ada/.openclaw/workspace-a", b: "/home/ada/.openclaw/workspace" };
    expect(workspaces({ list })).toEqual(marked);
    expect(workspaces({ list, ownership: "explicit" })).toEqual({
      ...marked,
      b: "/home/ada/.openclaw/workspace-b",
    });
  });

  test("a shared default holds one folder for each, but that of the first as it stands", () => {
    const defaults = { workspace: "~/team" };
    expect(workspaces({ defaults, entries: { a: {}, b: {} } })).toEqual({
      a: "/home/ada/team/a",
      b: "/home/ada/team/b",
    });
    expect(workspaces({ defaults, entries: { a: {} } })).toEqual({ a: "/home/ada/team" });
  });

  test("two agents in one workspace: the second is left out, for a mailbox has one owner", () => {
    const { agents, problems } = read({ entries: { a: { workspace: "/w" }, b: { workspace: "/w" } } });
    expect(agents.map(({ id }) => id)).toEqual(["a"]);
    expect(problems).toEqual(["the agent b is left out: a has the same workspace, /w"]);
  });
});

describe("peers", () => {
  const entries = (allowAgents: unknown) => ({
    entries: { a: { subagents: { allowAgents } }, b: {}, c: {} },
  });

  test("nobody where nothing is said", () => {
    expect(peers({ entries: { a: {}, b: {} } })).toEqual({ a: [], b: [] });
    expect(peers({ entries: { a: { subagents: {} }, b: {} } })).toEqual({ a: [], b: [] });
  });

  test("those that are named, never oneself, and no strangers", () => {
    expect(peers(entries(["b", "a", "nobody"])).a).toEqual(["b"]);
    expect(peers(entries([" B "])).a).toEqual(["b"]);
  });

  test("* is everybody who takes part", () => {
    expect(peers(entries(["*"])).a).toEqual(["b", "c"]);
    expect(peers(entries(["*"]), ["a", "c"]).a).toEqual(["c"]);
    expect(peers(entries(["b", "c"]), ["a", "c"]).a).toEqual(["c"]);
  });

  test("the defaults hold where an agent says nothing of its own", () => {
    const defaults = { subagents: { allowAgents: ["*"] } };
    expect(peers({ defaults, entries: { a: {}, b: { subagents: { allowAgents: [] } } } })).toEqual({
      a: ["b"],
      b: [],
    });
  });

  test("what is no list of names is nobody", () => {
    expect(peers(entries("b")).a).toEqual([]);
    expect(peers(entries([3, null, ""])).a).toEqual([]);
  });
});

describe("who takes part", () => {
  const agents = { entries: { a: {}, b: {}, c: {} } };

  test("those that are named, in OpenClaw's order", () => {
    expect(idsOf(read(agents, ["c", "a"]))).toEqual(["a", "c"]);
  });

  test("one that is not there is told of", () => {
    const { agents: found, problems } = read(agents, ["a", "d"]);
    expect(found.map(({ id }) => id)).toEqual(["a"]);
    expect(problems).toEqual(["there is no agent d in OpenClaw's configuration"]);
  });
});

test("descriptions: what is said of an agent, before what it is called", () => {
  const described = {
    a: { description: "d", identity: { theme: "t", name: "i" }, name: "n" },
    b: { identity: { theme: "t", name: "i" }, name: "n" },
    c: { identity: { name: "i" }, name: "n" },
    d: { identity: { name: "i" } },
    e: {},
  };
  expect(read({ entries: described }).agents.map(({ description }) => description)).toEqual([
    "d",
    "t",
    "n",
    "i",
    "",
  ]);
});

test("models: a name, or the first of several", () => {
  const { agents } = read({
    entries: { a: { model: { primary: "p/x", fallbacks: ["p/y"] } }, b: { model: " " } },
  });
  expect(agents.map(({ model }) => model)).toEqual(["p/x", undefined]);
});

test("agents of other gateways are peers where they are allowed; of two of one name this gateway's is meant", () => {
  const config = {
    agents: {
      entries: {
        lead: { subagents: { allowAgents: ["far"] } },
        any: { subagents: { allowAgents: ["*"] } },
        lone: {},
      },
    },
  };
  const workspaceOf = workspaceRules(config, places);
  const { agents, problems } = readAgents(config, { taking: ["*"], workspaceOf, elsewhere: ["far", "lone"] });
  expect(agents.map(({ id, peers: found }) => [id, found])).toEqual([
    ["lead", ["far"]],
    ["any", ["lead", "lone", "far"]],
    ["lone", []],
  ]);
  expect(problems).toEqual([expect.stringContaining("lone")]);
});
