import { expect, test } from "vitest";
import { sessionKeyOf } from "../../src/brain/openclaw-session.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { validateDag } from "../../src/dag/validate-dag.ts";
import { ANSWER_TOOLS } from "../../src/openclaw/answer-tools.ts";
import { checkChatCall } from "../../src/openclaw/chat-calls.ts";
import { OpenTurns } from "../../src/openclaw/open-turns.ts";
import { formatMessage, parseMessage } from "../../src/protocol/message-codec.ts";
import { parsePlan } from "../../src/protocol/outcome-body.ts";
import { parseTask } from "../../src/protocol/task-document.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { EXAMPLES, type Example, exampleOf } from "./skill.ts";

const MESSAGES = ["task", "reply-done", "reply-failed", "progress", "control", "outcome", "marked", "sent"];
const isMessage = ({ path, info }: Example) =>
  MESSAGES.some((name) => info === `markdown ${name}`) && !path.endsWith("task-md.md");
const messages = EXAMPLES.filter(isMessage);
const plans = EXAMPLES.filter(({ info }) => info === "json plan");
const tasks = EXAMPLES.filter(({ path, info }) => info === "markdown task" && path.endsWith("task-md.md"));
const commands = EXAMPLES.filter(({ info }) => info === "sh").flatMap(({ text }) => text.trim().split("\n"));
/** Run by the test of working by hand. */
const RUN = ["sh setup", "sh send", "sh archive"];

test("every example is one of a kind that is checked here", () => {
  expect(messages).toHaveLength(MESSAGES.length);
  expect(plans.length).toBeGreaterThan(3);
  expect(tasks).toHaveLength(2);
  const checked = messages.length + plans.length + tasks.length + 1;
  const shells = EXAMPLES.filter(({ info }) => info === "sh" || RUN.includes(info));
  expect(EXAMPLES).toHaveLength(checked + shells.length);
});

test.each(messages)(
  "the message reads as of this version, without a field that is not known: $info",
  ({ text }) => {
    const message = parseMessage(Buffer.from(text));
    expect(message.version).toBe(2);
    expect(message.extra).toBeUndefined();
  },
);

test("the task is as the runtime writes it; its reply says it back", () => {
  const task = parseMessage(Buffer.from(exampleMessage("task")));
  expect(formatMessage(task)).toBe(exampleMessage("task"));
  for (const name of ["reply-done", "reply-failed", "progress"]) {
    expect(parseMessage(Buffer.from(exampleMessage(name)))).toMatchObject({
      from: task.to,
      to: task.from,
      task_id: task.task_id,
      subtask_id: task.subtask_id,
      attempt: task.attempt,
      in_reply_to: task.id,
    });
  }
  expect(parseMessage(Buffer.from(exampleMessage("control")))).toMatchObject({
    from: task.from,
    to: task.to,
    task_id: task.task_id,
    subtask_id: task.subtask_id,
  });
});

test("what stands between marks is text", () => {
  expect(parseMessage(Buffer.from(exampleMessage("marked")))).toMatchObject({
    body: { results: "## Results\n\nA heading that is mine." },
  });
});

test.each(plans)("the plan would be taken: $text", ({ text }) => {
  const { subtasks } = parsePlan(text);
  const rules = { self: "lead", agents: ["reader", "writer"], limit: 50 };
  expect(validateDag(subtasks, rules)).toBeUndefined();
  for (const [id, { instructions = "" }] of Object.entries(subtasks)) {
    expect(instructions, id).not.toBe("");
    for (const needed of subtasks[id]?.depends_on ?? [])
      expect(instructions, `${id} says what it gets of ${needed}`).toContain(needed);
  }
});

test.each(plans)("the plan would be taken from the tool: $text", async ({ text }) => {
  const sessionKey = sessionKeyOf("lead", "audit-k3f9");
  const turns = new OpenTurns();
  const turn = turns.open(sessionKey, ANSWER_TOOLS);
  const tool = turns.tool("clawflow_plan", { sessionKey } as never);
  await tool?.execute("call-1", JSON.parse(text));
  expect(turn).toMatchObject({ malformed: 0, outcome: parsePlan(text) });
});

test("the call that starts a job from a chat is one, with and without a plan", () => {
  const call = JSON.parse(exampleOf("json start"));
  expect(checkChatCall("clawflow_start", call)).toMatchObject({ work: { policy: { approval: "first" } } });
  const { subtasks } = JSON.parse(plans[0]?.text ?? "");
  expect(
    checkChatCall("clawflow_start", { ...call, plan: { subtasks }, budget: { tokens: 1 } }),
  ).toHaveProperty("plan");
});

test.each(tasks)("the task.md reads, with its plan and result: $text", ({ text }) => {
  const { status, subtasks } = parseTask(text);
  expect(status).toBe("executing");
  expect([...subtasks].map(([id, { status, depends_on }]) => [id, status, depends_on])).toEqual([
    ["scan-routes", "done", []],
    ["write-report", expect.stringMatching(/^(pending|dispatched)$/), ["scan-routes"]],
  ]);
  expect(subtasks.get("scan-routes")?.results).toBe("4 of 12 files");
});

test.each(commands)("the command line takes it: %s", async (line) => {
  const [name, ...words] = wordsOf(line);
  expect(name).toBe("clawflow");
  const { program } = makeProgram(fakeIo());
  let called = "";
  for (const command of program.commands) {
    command.action(() => {
      called = command.name();
    });
  }
  await program.parseAsync(words, { from: "user" });
  expect(called).toBe(words[0]);
});

/** The words of a command line as a shell would pass them, up to a redirection or a comment. */
function wordsOf(line: string): string[] {
  const [said = ""] = line.split(/\s+(?:>|#)\s/);
  return [...said.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function exampleMessage(name: string): string {
  return messages.find(({ info }) => info === `markdown ${name}`)?.text ?? exampleOf(name);
}
