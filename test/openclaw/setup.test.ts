import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runSetup, type SetupOptions } from "../../src/openclaw/setup/run-setup.ts";
import { ClawflowError } from "../../src/protocol/errors.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";

let root: string;
let config: Record<string, unknown>;
let writes: number;
let out: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "clawflow-setup-"));
  config = structuredClone(START);
  writes = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const START = {
  gateway: { port: 1 },
  agents: {
    entries: {
      lead: { subagents: { allowAgents: ["coder"] }, tools: { allow: ["read"] } },
      coder: { tools: { profile: "coding", sandbox: { tools: { allow: ["exec"] } } } },
      other: { tools: { allow: ["write"] } },
    },
  },
  plugins: { allow: ["browser"], entries: { browser: { enabled: true } } },
};

async function setup(options: SetupOptions = {}, answer?: boolean) {
  out = "";
  const io = { out: (text: string) => (out += text), err: () => {} };
  const runtime = {
    mutateConfigFile: async ({ mutate }: { mutate(draft: object): void }) => {
      const draft = structuredClone(config);
      mutate(draft);
      config = draft;
      writes++;
    },
  };
  const ask = answer === undefined ? {} : { ask: async () => answer };
  return await runSetup({ io, config: runtime, disk: nodeDisk(), root, ...ask }, options);
}

describe("setup", () => {
  test("lets the plugin's tools and hooks in, for the agents that take part alone, and keeps all else", async () => {
    expect(await setup({ yes: true, agents: "lead,coder" })).toBe(0);
    expect(config).toEqual({
      gateway: { port: 1 },
      agents: {
        entries: {
          lead: { subagents: { allowAgents: ["coder"] }, tools: { allow: ["read", "clawflow"] } },
          coder: { tools: { profile: "coding", sandbox: { tools: { allow: ["exec", "clawflow"] } } } },
          other: { tools: { allow: ["write"] } },
        },
      },
      plugins: {
        allow: ["browser", "clawflow"],
        entries: {
          browser: { enabled: true },
          clawflow: {
            enabled: true,
            hooks: { allowConversationAccess: true },
            config: { agents: ["lead", "coder"] },
          },
        },
      },
    });
  });

  test("a second time it changes nothing", async () => {
    await setup({ yes: true });
    const after = structuredClone(config);
    expect(await setup()).toBe(0);
    expect(out).toContain("nothing was changed");
    expect([config, writes]).toEqual([after, 1]);
  });

  test("it shows what it would set, and does nothing without a yes", async () => {
    expect(await setup({}, false)).toBe(3);
    expect(out).toContain('  agents.entries.lead.tools.allow\n    - ["read"]\n    + ["read","clawflow"]\n');
    expect(out).toContain("  plugins.entries.clawflow.enabled\n    + true\n");
    await expect(setup()).rejects.toMatchObject({ code: "E_USAGE" });
    expect(await setup({ dryRun: true })).toBe(0);
    expect([config, writes]).toEqual([START, 0]);
    expect(await setup({}, true)).toBe(0);
    expect(writes).toBe(1);
  });

  test("the older list of agents is understood, and an unknown agent refused", async () => {
    config = { agents: { list: [{ id: "Lead", tools: { allow: ["read"] } }] } };
    await setup({ yes: true });
    expect(config).toHaveProperty("agents.list", [{ id: "Lead", tools: { allow: ["read", "clawflow"] } }]);
    await expect(setup({ yes: true, agents: "ghost" })).rejects.toThrow(ClawflowError);
  });

  test("what denies the tools, or leaves nobody to give work to, is said", async () => {
    config = { agents: { entries: { a: { tools: { deny: ["group:plugins"] } }, b: {} } } };
    await setup({ yes: true });
    expect(out).toContain("agents.entries.a.tools.deny has group:plugins");
    expect(out).toContain("agents.entries.a.subagents.allowAgents");
  });
});

describe("undo", () => {
  test("puts back what was there, whatever was set in several goes", async () => {
    await setup({ yes: true });
    await setup({ yes: true, agents: "lead" });
    await setup({ yes: true, agents: "coder" });
    expect(await setup({ undo: true, yes: true })).toBe(0);
    expect(config).toEqual(START);
    expect(await setup({ undo: true })).toBe(0);
    expect(out).toContain("nothing to undo");
  });

  test("leaves what somebody has changed since; of a list it takes out its own", async () => {
    await setup({ yes: true, agents: "lead" });
    const changed = config as typeof START & {
      plugins: { entries: { clawflow: { config: { agents: string[] } } } };
    };
    changed.plugins.allow.push("canvas");
    changed.plugins.entries.clawflow.config.agents = ["lead", "coder"];
    await setup({ undo: true, yes: true });
    expect(out).toContain("plugins.entries.clawflow.config.agents was changed since");
    expect(config).toEqual({
      ...START,
      plugins: {
        allow: ["browser", "canvas"],
        entries: { browser: { enabled: true }, clawflow: { config: { agents: ["lead", "coder"] } } },
      },
    });
  });

  test("nothing is undone where setup was stopped before it was made", async () => {
    const stopped = { ...config };
    await setup({ yes: true });
    config = stopped;
    expect(await setup({ undo: true, yes: true })).toBe(0);
    expect(config).toEqual(START);
  });
});
