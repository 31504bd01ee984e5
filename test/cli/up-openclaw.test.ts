import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { tempRoot } from "../host/team.ts";
import { ensureBuilt, run, start, until, writeFiles } from "./cli.ts";

beforeAll(ensureBuilt);

/** Speaks as `openclaw` does where it is asked for its configuration, and for a turn; lead splits, everybody else does what is asked. */
const OPENCLAW = `#!${process.execPath}
const { readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const print = (value) => process.stdout.write(JSON.stringify(value));
const asked = args.slice(0, 2).join(" ");
if (asked === "config get") print(JSON.parse(readFileSync(process.env.AGENTS, "utf8")));
else if (asked === "agents list") print(["lead", "coder", "human"].map((id) => ({ id, workspace: process.env.PLACES + "/" + id })));
else {
  const [agent, session, prompt] = ["--agent", "--session-key", "--message-file"].map((name) => args[args.indexOf(name) + 1]);
  const task = readFileSync(prompt, "utf8");
  const plan = '\`\`\`clawflow-plan\\n{"subtasks": {"a": {"agent": "coder", "instructions": "Lay it."}}}\\n\`\`\`';
  const text = agent === "coder" ? "It lies in " + session : /It lies in/.test(task) ? task.match(/It lies in \\S+/)[0] : plan;
  print({ runId: "r", status: "ok", result: { payloads: [{ text }], meta: {} } });
}
`;

const AGENTS = {
  entries: {
    lead: { description: "Leads", subagents: { allowAgents: ["coder"] } },
    coder: { identity: { theme: "Builds" } },
    human: {},
  },
};

function place(program = OPENCLAW) {
  const cwd = tempRoot();
  writeFiles(cwd, { "bin/openclaw": program, "agents.json": JSON.stringify(AGENTS) });
  chmodSync(join(cwd, "bin", "openclaw"), 0o755);
  const env = {
    PATH: `${join(cwd, "bin")}:${process.env.PATH}`,
    OPENCLAW_STATE_DIR: join(cwd, "state"),
    AGENTS: join(cwd, "agents.json"),
    PLACES: join(cwd, "places"),
  };
  return { cwd, env };
}

test("the agents of OpenClaw's configuration are hosted, in their own workspaces and by its turns", async () => {
  const { cwd, env } = place();
  const root = join(cwd, "state", "clawflow");
  const team = join(root, "team.yaml");
  const up = start(["up", "--openclaw"], { cwd, env });
  try {
    await until(() => existsSync(join(cwd, "places", "coder", "mailbox", "inbox")) || undefined);
    const sent = await run(["send", "lead", "-", "--wait", "--team", team, "--root", root], {
      cwd,
      env,
      input: "Build the tower.",
    });
    expect(sent.out).toMatch(/^It lies in agent:coder:clawflow:\S+\.a\n$/);
    const second = await run(["up", "--openclaw"], { cwd, env });
    expect(second).toMatchObject({ code: 3, err: expect.stringContaining(`process ${up.pid}`) });
    expect(second.err).toContain("E_LOCKED");
    // The gateway is that process where the plugin runs them.
    expect(second.err).toContain("openclaw plugins disable clawflow");
    expect(second.err).not.toMatch(/kill|Other commands/);
    expect(parse(readFileSync(team, "utf8")).agents).toEqual({
      lead: expect.objectContaining({ description: "Leads", peers: ["coder"], brain: { text: "openclaw" } }),
      coder: expect.objectContaining({ description: "Builds", peers: [] }),
    });
  } finally {
    up.kill("SIGTERM");
  }
  const { exitCode, stderr } = await up;
  expect(exitCode).toBe(0);
  expect(stderr).toContain("the agent human is left out");
  expect(stderr).toContain(`clawflow status --root ${root} --team ${team}`);
});

test("without OpenClaw, with one that gives no answer, or with a team of one's own it says so", async () => {
  const { cwd, env } = place("#!/bin/sh\necho no such thing >&2\nexit 3\n");
  const silent = await run(["up", "--openclaw"], { cwd, env });
  expect(silent).toMatchObject({ code: 2, err: expect.stringContaining("no such thing") });
  const away = await run(["up", "--openclaw"], { cwd, env: { ...env, PATH: join(cwd, "nothing") } });
  expect(away).toMatchObject({ code: 2, err: expect.stringContaining("no program openclaw") });
  const both = await run(["up", "--openclaw", "--team", "x.yaml"], { cwd, env });
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining("neither --team nor --root") });
});
