import { expect, test } from "vitest";
import { type ChatJob, receiptName } from "../../src/openclaw/chat-news.ts";
import { NewsTeller } from "../../src/openclaw/news-teller.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { ProgressMessage } from "../../src/protocol/message.ts";
import type { Task } from "../../src/protocol/task.ts";
import { until } from "../host/until.ts";
import { FakeChats } from "./fake-chats.ts";
import { towerTask } from "./tower-task.ts";

const CHAT = "agent:lead:main";
const job: ChatJob = { agent: "lead", task_id: "tower", chat: CHAT };

const done = () => {
  const task = towerTask({ status: "done", reply: "m-1" });
  task.text = { ...task.text, output: "It stands." };
  return task;
};
const asks = (since = "2026-11-20T23:50:00.000Z") =>
  towerTask({ waiting: { for: "answer", text: "Which colour?", since, question: "q-1" } });

/** What outlives a process: the sessions, the tasks, the receipts in the mailbox. */
function rig() {
  const chats = new FakeChats();
  const tasks = new Map<string, Task>();
  const receipts: ProgressMessage[] = [];
  const problems: string[] = [];
  let canKeep = true;
  const start = () => {
    const names = receipts.map((message) => messageFileName(message));
    const teller = new NewsTeller(
      {
        subagent: chats.subagent,
        clock: {
          wall: () => 1,
          after: (_, callback) => {
            const timer = setTimeout(callback, 1);
            return () => clearTimeout(timer);
          },
        },
        leave: (text) => chats.leave(text),
        task: (agent, id) => tasks.get(`${agent}/${id}`),
        async keep(receipt) {
          if (!canKeep) throw new Error("the disk is full");
          receipts.push(receipt);
        },
        newTag: () => "tag",
        onProblem: (text) => problems.push(text),
      },
      { jobs: [job], receipts: names },
    );
    teller.lookAtAll(tasks.values());
    return teller;
  };
  const end = (task: Task) => {
    tasks.set("lead/tower", task);
    return { type: "task:finished", agent: "lead", task: "tower", status: "done" } as const;
  };
  return { chats, tasks, receipts, problems, start, end, keep: (can: boolean) => (canKeep = can) };
}

test("a chat is told once that its job has ended, and the receipt is kept when the session has got it", async () => {
  const { chats, receipts, start, end } = rig();
  chats.say(CHAT, "Use the team.");
  const teller = start();
  teller.onEvent(end(done()));
  teller.onEvent(end(done()));
  await until(() => receipts.length === 1);
  expect(chats.told(CHAT)).toHaveLength(1);
  expect(chats.told(CHAT)[0]).toContain("It stands.");
  expect(receipts[0]).toMatchObject({ type: "progress", from: "human", to: "lead", in_reply_to: "m-1" });
  teller.onEvent(end(done()));
  start();
  await teller.stop();
  expect([chats.told(CHAT).length, receipts.length]).toEqual([1, 1]);
});

// As OpenClaw says it of a main session, and of any other where no channel, or more than one, is configured.
test.each([
  "delivery channel is required: pass --channel/--reply-channel or use a main session with a previous channel",
  "delivery target is required for telegram",
  "Channel is required (no configured channels detected). Run openclaw channels add to configure one.",
  "Channel is required when multiple channels are configured: signal, telegram.",
])(
  "without a channel to deliver to it is told in the session alone, under another id: %s",
  async (refusal) => {
    const { chats, receipts, start, end } = rig();
    chats.noDelivery = refusal;
    start().onEvent(end(done()));
    await until(() => receipts.length === 1);
    expect(chats.requests.map(({ deliver }) => deliver)).toEqual([true, false]);
    expect(new Set(chats.requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  },
);

test("a process that ends before the turn begins: the next one tells it", async () => {
  const { chats, receipts, start, end } = rig();
  chats.say(CHAT, "Use the team.");
  chats.busy = true;
  const teller = start();
  teller.onEvent(end(done()));
  await until(() => chats.queued.length === 1);
  expect([chats.told(CHAT), receipts]).toEqual([[], []]);
  await teller.stop();
  chats.crash();
  start();
  await until(() => receipts.length === 1);
  expect(chats.told(CHAT)).toHaveLength(1);
});

test("a process that ends between the turn and its receipt: the next one finds it in the transcript, and tells nothing", async () => {
  const { chats, receipts, problems, start, end, keep } = rig();
  keep(false);
  start().onEvent(end(done()));
  await until(() => problems.length === 1);
  expect([chats.told(CHAT).length, receipts.length]).toEqual([1, 0]);
  chats.crash();
  keep(true);
  start();
  await until(() => receipts.length === 1);
  expect(chats.told(CHAT)).toHaveLength(1);
});

test.each([
  ["OpenClaw could not take it up again", "failed", 2],
  ["nobody takes it up again", "open", 2],
  ["OpenClaw took it up again, and the agent has said it", "answered", 1],
] as const)("the gateway is killed while the chat is being told; %s", async (_, what, times) => {
  const { chats, receipts, start, end } = rig();
  chats.say(CHAT, "Use the team.");
  chats.dies = true;
  const teller = start();
  teller.onEvent(end(done()));
  await until(() => chats.told(CHAT).length === 1);
  await teller.stop();
  chats.crash();
  chats.dies = false;
  if (what === "failed") {
    chats.answer(CHAT, "It is done: but nobody hears of it.");
    chats.answer(
      CHAT,
      "",
      'Transcript idempotency key "h-told-1:0:user" conflicts with the admitted message.',
    );
  }
  if (what === "answered") chats.answer(CHAT, "It is done.");
  start();
  await until(() => receipts.length === 1);
  expect(chats.told(CHAT)).toHaveLength(times);
  // What the gateway knows under an id it does not take again.
  expect(new Set(chats.requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(
    chats.requests.length,
  );
});

test("a plugin that is loaded again while the turn waits takes up that turn, and begins no other", async () => {
  const { chats, receipts, start, end } = rig();
  chats.busy = true;
  const before = start();
  before.onEvent(end(done()));
  await until(() => chats.queued.length === 1);
  await before.stop();
  start();
  chats.free();
  await until(() => receipts.length === 1);
  expect(chats.told(CHAT)).toHaveLength(1);
});

test("where no turn is to be had it is left for the next one, once", async () => {
  const { chats, receipts, start, end } = rig();
  chats.say(CHAT, "Use the team.");
  chats.refuses = "Gateway is draining";
  start().onEvent(end(done()));
  await until(() => receipts.length === 1);
  expect(chats.left.map(({ sessionKey, text }) => [sessionKey, text.includes("It stands.")])).toEqual([
    [CHAT, true],
  ]);
  expect(chats.told(CHAT)).toEqual([]);
});

test("of a session that is gone whoever asks there is told, once", async () => {
  const { chats, receipts, problems, start, end } = rig();
  chats.refuses = "no such session";
  const teller = start();
  teller.onEvent(end(done()));
  await until(() => problems.some((text) => text.includes("when somebody asks")));
  expect(receipts).toEqual([]);
  expect(await teller.take("agent:lead:other")).toEqual([]);
  expect((await teller.take(CHAT)).join()).toContain("It stands.");
  expect(await teller.take(CHAT)).toEqual([]);
  expect(receipts).toHaveLength(1);
});

test("who asks while a turn is under way that tells it is not told by that as well", async () => {
  const { chats, start, end, receipts } = rig();
  chats.busy = true;
  const teller = start();
  teller.onEvent(end(done()));
  await until(() => chats.queued.length === 1);
  expect(teller.isTelling(CHAT)).toBe(true);
  expect(await teller.take(CHAT)).toEqual([]);
  chats.free();
  await until(() => receipts.length === 1);
  expect([chats.told(CHAT).length, teller.isTelling(CHAT)]).toEqual([1, false]);
});

test("a question is told once however often a person is reminded; another one is news", async () => {
  const { chats, tasks, receipts, start } = rig();
  const waits = { type: "task:waiting", agent: "lead", task: "tower", for: "answer", text: "" } as const;
  tasks.set("lead/tower", asks());
  const teller = start();
  await until(() => receipts.length === 1);
  teller.onEvent(waits);
  tasks.set("lead/tower", asks("2026-11-21T00:00:00.000Z"));
  teller.onEvent(waits);
  await until(() => receipts.length === 2);
  expect(chats.told(CHAT)).toHaveLength(2);
  expect(chats.told(CHAT)[0]).toContain("Which colour?");
});

test("what was answered before it could be told is not told", async () => {
  const { chats, tasks, receipts, start, end } = rig();
  chats.refuses = "Gateway is draining";
  tasks.set("lead/tower", asks());
  const teller = start();
  await until(() => chats.requests.length > 0);
  tasks.set("lead/tower", towerTask({}));
  chats.refuses = undefined;
  teller.onEvent(end(done()));
  await until(() => receipts.length === 1);
  expect(chats.told(CHAT).join()).not.toContain("Which colour?");
});

test("a part of the job that waits at another agent is told where the job began; a job of no chat is told nowhere", async () => {
  const { chats, tasks, receipts, start } = rig();
  const part = {
    ...asks(),
    task_id: "tower.base",
    trace: { root: "tower", depth: 1, path: ["lead", "coder"] },
  };
  tasks.set("coder/tower.base", part);
  tasks.set("lead/other", {
    ...done(),
    task_id: "other",
    trace: { root: "other", depth: 0, path: ["lead"] },
  });
  start();
  await until(() => receipts.length === 1);
  expect(chats.told(CHAT)).toHaveLength(1);
  expect(chats.told(CHAT)[0]).toContain("tower.base");
  expect(receipts[0]?.to).toBe("lead");
});

test("a job that failed and was tried again is told again when it ends", async () => {
  const { chats, receipts, start, end } = rig();
  const teller = start();
  teller.onEvent(end(towerTask({ status: "failed", reply: "m-1", error: "E_TIMEOUT: late" })));
  await until(() => receipts.length === 1);
  teller.onEvent(end({ ...done(), reply: "m-2" }));
  await until(() => receipts.length === 2);
  expect(chats.told(CHAT).map((text) => /has failed|is done/.exec(text)?.[0])).toEqual([
    "has failed",
    "is done",
  ]);
  const names = receipts.map((message) => receiptName(message));
  expect(names).toEqual(receipts.map((message) => messageFileName(message)));
});

test("a rule of the configuration tells a chat once, by a turn in which nobody speaks, or at its next one", async () => {
  const { chats, start } = rig();
  chats.say(CHAT, "Good morning.");
  const teller = start();
  const text = (tag: string) => `[Clawflow n-1] ${tag}`;
  let isTelling = false;
  await teller.tellOther(CHAT, "n-1", 1, (tag) => {
    queueMicrotask(() => {
      isTelling = teller.isTelling(CHAT);
    });
    return text(tag);
  });
  const told = () =>
    (chats.transcripts.get(CHAT) ?? []).filter((message) =>
      JSON.stringify(message).includes("[Clawflow n-1] tag"),
    );
  expect([told().length, isTelling, teller.isTelling(CHAT)]).toEqual([1, true, false]);
  await teller.tellOther(CHAT, "n-1", 2, text);
  expect(told()).toHaveLength(1);
  chats.refuses = "this session takes no turn";
  await teller.tellOther(CHAT, "n-2", 1, text);
  expect(chats.left.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["n-2"]);
  await expect(teller.tellOther("agent:lead:other", "n-3", 1, text)).rejects.toThrow("takes no turn");
  await teller.stop();
});
