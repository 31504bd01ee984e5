// Speaks like the agent command line that its first argument names: takes the same arguments, reads the prompt on standard
// input or from the file that they name, prints the same forms. What it says is set by AGENT_SAYS; AGENT_FAULT asks for a form of failure.
import { readFileSync } from "node:fs";

const [program, ...args] = process.argv.slice(2);
const { AGENT_SAYS: says = "", AGENT_FAULT: fault = "" } = process.env;

const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const fail = (text, exit = 1) => {
  process.stderr.write(`${text}\n`);
  process.exit(exit);
};
const need = (...expected) => {
  if (JSON.stringify(args) !== JSON.stringify(expected)) fail(`unknown arguments: ${args.join(" ")}`, 2);
};

function claude() {
  need("-p", "--output-format", "json");
  const usage = {
    input_tokens: 10,
    cache_creation_input_tokens: 200,
    cache_read_input_tokens: 3000,
    output_tokens: 40,
    service_tier: "standard",
  };
  const end = {
    type: "result",
    duration_ms: 2000,
    num_turns: 1,
    session_id: "s",
    total_cost_usd: 0.0123,
    usage,
  };
  if (fault === "limit") {
    print({ ...end, subtype: "success", is_error: true, result: "API Error: 429 rate_limit_error" });
    process.exitCode = 1;
  } else if (fault === "turns") print({ ...end, subtype: "error_max_turns", is_error: true });
  else if (fault === "verbose") {
    print([
      { type: "system", subtype: "init" },
      { ...end, subtype: "success", is_error: false, result: says },
    ]);
  } else if (fault === "bare")
    print({ type: "result", subtype: "success", is_error: false, result: says, usage: "none" });
  else print({ ...end, subtype: "success", is_error: false, result: says });
}

function codex() {
  need("exec", "--json", "--skip-git-repo-check", "-");
  print({ type: "thread.started", thread_id: "th" });
  print({ type: "turn.started" });
  if (fault === "limit") {
    print({ type: "error", message: "Reconnecting... 1/5" });
    print({
      type: "turn.failed",
      error: { message: "exceeded retry limit, last status: 429 Too Many Requests" },
    });
    process.exitCode = 1;
    return;
  }
  print({ type: "error", message: "Reconnecting... 1/5" });
  print({ type: "item.completed", item: { id: "item_0", type: "reasoning", text: "Thinking" } });
  print({ type: "item.completed", item: { id: "item_1", type: "agent_message", text: "I begin." } });
  print({
    type: "item.completed",
    item: { id: "item_2", type: "command_execution", command: "ls", exit_code: 0 },
  });
  print({ type: "item.completed", item: { id: "item_3", type: "agent_message", text: says } });
  print({
    type: "turn.completed",
    usage: { input_tokens: 1000, cached_input_tokens: 900, output_tokens: 23 },
  });
}

function gemini() {
  need("--output-format", "json");
  process.stdout.write("Loaded cached credentials.\n");
  if (fault === "limit") {
    print({
      session_id: "s",
      error: { type: "ApiError", message: "Resource exhausted, try again later", code: 429 },
    });
    process.exitCode = 1;
    return;
  }
  const tokens = { prompt: 100, candidates: 20, total: 125, cached: 0, thoughts: 5, tool: 0 };
  const stats = {
    models: { "gemini-pro": { api: {}, tokens }, "gemini-flash": { tokens: { total: 75 } } },
    tools: {},
  };
  process.stdout.write(`${JSON.stringify({ session_id: "s", response: says, stats }, null, 2)}\n`);
}

function opencode() {
  need("run", "--format", "json");
  const event = (type, more) => print({ type, timestamp: 1, sessionID: "ses", ...more });
  const tokens = { input: 10, output: 5, reasoning: 1, cache: { read: 100, write: 0 } };
  event("step_start", { part: { type: "step-start", messageID: "m1" } });
  if (fault === "limit") {
    event("error", { error: { name: "APIError", data: { message: "Overloaded", statusCode: 529 } } });
    process.exitCode = 1;
    return;
  }
  event("text", { part: { type: "text", text: "I begin.", messageID: "m1" } });
  event("step_finish", {
    part: { type: "step-finish", reason: "tool-calls", cost: 0.001, tokens, messageID: "m1" },
  });
  event("text", { part: { type: "text", text: says, messageID: "m2" } });
  event("step_finish", {
    part: { type: "step-finish", reason: "stop", cost: 0.002, tokens, messageID: "m2" },
  });
}

function llm() {
  need();
  if (fault === "limit") fail("Error: Rate limit reached for the model");
  process.stdout.write(says);
}

function openclaw() {
  const [, , agent, , session] = args;
  const file = args[6];
  need(
    "agent",
    "--agent",
    agent,
    "--session-key",
    session,
    "--message-file",
    file,
    "--timeout",
    "0",
    "--json",
  );
  if (agent !== "lead" || !/^agent:lead:clawflow:/.test(session)) fail(`unknown session: ${session}`, 2);
  if (fault === "limit") {
    print({
      ok: false,
      error: { type: "cli_error", message: "API rate limit reached. Please try again later." },
    });
    process.exitCode = 1;
    return;
  }
  if (fault === "away") {
    const message = "Gateway not reachable at ws://127.0.0.1:1 (ECONNREFUSED).";
    print({ ok: false, error: { type: "cli_error", message } });
    process.exitCode = 1;
    return;
  }
  const usage = { input: 900, output: 41, cacheRead: 0, cacheWrite: 0, total: 941 };
  const meta = { durationMs: 12, agentMeta: { sessionId: "s", usage }, costUsd: 0.004 };
  const said = fault === "path" ? file : says;
  const payloads = fault === "silent" ? [] : [{ text: said, mediaUrl: null }];
  process.stdout.write(
    `${JSON.stringify({ runId: "r", status: "ok", summary: "completed", result: { payloads, meta } }, null, 2)}\n`,
  );
}

const file = args.indexOf("--message-file");
const prompt = readFileSync(file < 0 ? 0 : args[file + 1], "utf8");
if (!prompt.startsWith("You are the agent")) fail("no prompt on standard input", 2);
if (fault === "not-json") process.stdout.write("Welcome! Please log in first.\n");
else if (fault === "echo") process.stdout.write(prompt);
else if (fault === "crash") fail("not logged in");
else ({ claude, codex, gemini, opencode, openclaw, llm })[program]();
