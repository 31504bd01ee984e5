import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { outcomeOf } from "../../src/cli/person-message.ts";
import { handIn, taskOfPerson } from "../../src/host/submit.ts";
import type { Look } from "../../src/host/watch.ts";
import { messageFileName } from "../../src/protocol/ids.ts";
import type { TaskMessage } from "../../src/protocol/message.ts";
import { formatMessage } from "../../src/protocol/message-codec.ts";
import { deliverInto } from "../../src/store/deliver.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { startHost, tempRoot } from "./team.ts";
import { until } from "./until.ts";

const NEVER = 1e9;

test("a hint that names a file brings that message, without a look into the inbox; one without a name brings all", async () => {
  const root = tempRoot();
  let hint: Look = () => {};
  let listed = 0;
  const disk = nodeDisk();
  const inbox = join(root, "worker", "mailbox", "inbox");
  const host = await startHost({
    root,
    agents: { worker: { brain: ({ task }) => `did ${task.title}` } },
    rescan: NEVER,
    ports: {
      disk: {
        ...disk,
        list(path) {
          if (path === inbox) listed += 1;
          return disk.list(path);
        },
      },
      watch: {
        start: async (look) => {
          hint = look;
        },
        stop: async () => {},
      },
    },
  });
  await until(() => listed > 0, "the look at the start");
  const before = listed;
  const [first, second] = await Promise.all([put(root, "first"), put(root, "second")]);

  hint("worker", "task-that-is-not-there-1-0123456789ab.md");
  hint("nobody", first);
  hint("worker", first);
  expect((await host.finished("worker", "first")).status).toBe("done");
  expect(host.task("worker", "second")).toBeUndefined();
  expect(listed).toBe(before);
  // The file left the inbox: what its going raises comes to nothing.
  hint("worker", first);
  expect(disk.list(inbox)).toEqual([second]);

  hint("worker");
  expect((await host.finished("worker", "second")).status).toBe("done");
  expect(listed).toBeGreaterThan(before);
});

test("what is handed in together is found together, though the watcher tells of the first alone", async () => {
  const root = tempRoot();
  let hint: Look = () => {};
  const disk = nodeDisk();
  const asked: string[] = [];
  const host = await startHost({
    root,
    agents: { worker: { brain: ({ kind }) => `${asked.push(kind)} asked` } },
    rescan: NEVER,
    ports: {
      disk: {
        ...disk,
        link(from, to) {
          disk.link(from, to);
          if (/inbox.task-/.test(to)) hint("worker", basename(to));
        },
      },
      watch: {
        start: async (look) => {
          hint = look;
        },
        stop: async () => {},
      },
    },
  });
  const message = taskOfPerson("worker", { instructions: "Say it." }, "2026-01-01T00:00:00.000Z");
  await handIn(
    host,
    "worker",
    message,
    outcomeOf("human", "worker", { task_id: message.task_id }, { results: "It is said." }),
  );
  expect(await host.finished("worker", message.task_id)).toMatchObject({ status: "done" });
  expect(asked).toEqual([]);
});

async function put(root: string, id: string): Promise<string> {
  const message: TaskMessage = {
    clawflow: 2,
    version: 2,
    type: "task",
    id: `h-${id}`,
    task_id: id,
    attempt: 1,
    from: "human",
    to: "worker",
    sent_at: "2026-01-01T00:00:00.000Z",
    body: { title: id, instructions: id, context: "", expected_output: "" },
  } as TaskMessage;
  const name = messageFileName(message);
  const bytes = Buffer.from(formatMessage(message));
  await deliverInto(nodeDisk(), join(root, "worker"), { name, bytes }, { sync: false });
  return name;
}
