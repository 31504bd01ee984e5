import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Gateway } from "./rig/gateway.ts";
import { callsTool, says } from "./rig/model-answer.ts";
import type { ScriptedModel } from "./rig/scripted-model.ts";
import { finished, sentBy, taskOf } from "./rig/team-files.ts";

/** Messages of the protocol that come to a running gateway of lead and coder as turns: taken from those who may send, and text from all others. */
export function messageTests(rig: () => { model: ScriptedModel; gateway: Gateway }): void {
  let model: ScriptedModel;
  let gateway: Gateway;

  beforeEach(() => {
    ({ model, gateway } = rig());
    model.reset();
  });

  /** The text with which `openclaw agent` was answered. */
  async function byCommand(text: string, ...more: string[]): Promise<string> {
    const file = join(gateway.home, "dispatch.md");
    writeFileSync(file, text);
    const { stdout } = await gateway.command(
      "agent",
      "--agent",
      "coder",
      "--message-file",
      file,
      "--json",
      ...more,
    );
    return saidIn(JSON.parse(stdout));
  }

  /** The same by a client of the gateway. */
  async function byClient(text: string, key: string, more: Record<string, unknown> = {}): Promise<string> {
    const params = { agentId: "coder", message: text, idempotencyKey: key, deliver: false, ...more };
    return saidIn(await gateway.call("agent", params, { final: true }));
  }

  /** Every file of a mailbox, by its path in it. */
  function mailbox(agent: string): string[] {
    const files = readdirSync(join(gateway.workspace(agent), "mailbox"), { recursive: true }) as string[];
    return files.filter((name) => name.endsWith(".md"));
  }

  test("a TASK by `openclaw agent`, twice before it is done and once after: one call of the model, and the same receipt", async () => {
    model.rule({ agent: "coder", prompt: "Answer twice", answer: says("forty-two") });
    const text = taskText("twice");
    const first = await byCommand(text);
    expect(first).toMatch(/^Clawflow accepted task-twice-1-/);
    expect(await byClient(text, "twice-2")).toBe(first);
    const task = await finished(gateway, "coder", "twice");
    expect(task.text.output.trim()).toBe("forty-two");
    expect(await byClient(text, "twice-3", { sessionKey: "agent:coder:mail" })).toBe(first);
    expect(model.counts().calls).toBe(1);
    expect(sentBy(gateway, "coder").filter(({ task_id }) => task_id === "twice")).toHaveLength(1);
  });

  test("a TASK in the name of an agent here, of one that nobody knows, and one for another are refused: no call, no file", async () => {
    const before = mailbox("coder");
    expect(await byCommand(taskText("spoofed", { from: "lead" }))).toContain("E_NOT_YOURS");
    expect(await byClient(taskText("stranger", { from: "stranger" }), "stranger")).toContain(
      "E_UNKNOWN_AGENT",
    );
    expect(await byClient(taskText("other", { to: "lead" }), "other")).toContain("E_NOT_YOURS");
    expect(mailbox("coder")).toEqual(before);
    expect(model.counts().calls).toBe(0);
    expect(gateway.log).toContain("refused the task spoofed of lead for coder");
  });

  test("a TASK in a chat goes to the model as text, and never into the mailbox", async () => {
    const before = mailbox("coder");
    const send = { sessionKey: "agent:coder:main", message: taskText("chatted"), idempotencyKey: "chatted" };
    await gateway.call("chat.send", send);
    await model.asked(({ agent, prompt }) => agent === "coder" && prompt.includes("Answer chatted"));
    expect(mailbox("coder")).toEqual(before);
    expect(taskOf(gateway, "coder", "chatted")).toBeUndefined();
    expect(gateway.log).toContain("left to it as text");
  });

  test("a TASK that another agent sends or spawns with goes to the model as text", async () => {
    const before = mailbox("coder");
    model.rule(
      {
        agent: "lead",
        prompt: "Send it",
        answer: callsTool("sessions_send", {
          sessionKey: "agent:coder:main",
          message: taskText("sent"),
          timeoutSeconds: 30,
        }),
      },
      {
        agent: "lead",
        prompt: "Spawn it",
        answer: callsTool("sessions_spawn", { agentId: "coder", task: taskText("spawned") }),
      },
    );
    const ask = (message: string) =>
      gateway.call(
        "agent",
        { agentId: "lead", message, idempotencyKey: message, deliver: false },
        { final: true },
      );
    await ask("Send it");
    await model.asked(({ agent, prompt }) => agent === "coder" && prompt.includes("Answer sent"));
    await ask("Spawn it");
    await model.asked(({ agent, prompt }) => agent === "coder" && prompt.includes("Answer spawned"));
    expect(mailbox("coder")).toEqual(before);
  });

  test("a session that a chat and another agent used is an operator's all the same where nobody else is named", async () => {
    model.rule({ agent: "coder", prompt: "Answer after", answer: says("done") });
    expect(await byClient(taskText("after"), "after")).toMatch(/^Clawflow accepted/);
    await finished(gateway, "coder", "after");
  });
}

function taskText(id: string, { from = "human", to = "coder" } = {}): string {
  const head = `clawflow: 2\ntype: task\nid: m-${id}\ntask_id: ${id}\nfrom: ${from}\nto: ${to}\nsent_at: 2026-01-01T00:00:00Z`;
  return `---\n${head}\n---\n\n# The job ${id}\n\n## Instructions\n\nAnswer ${id}.\n`;
}

function saidIn(answer: unknown): string {
  const { result } = answer as { result: { payloads: { text: string }[] } };
  return result.payloads.map(({ text }) => text).join("\n");
}
