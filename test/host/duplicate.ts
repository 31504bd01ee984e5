import { onTestFinished } from "vitest";
import { taskOfPerson } from "../../src/host/submit.ts";
import type { ControlMessage, Message } from "../../src/protocol/message.ts";
import { messagesIn } from "./files.ts";
import type { Rig } from "./rig.ts";

const PAUSE = 40;
/** Each repeated TASK makes a word of progress: were those repeated without end as well, nothing else would be done. */
const PROGRESS_COPIES = 2;

/** Copies whatever was sent, by agents or here by a person, into its inbox again, over and over until `stop`. */
export function duplicate(rig: Rig) {
  const given: Message[] = [];
  let over = false;
  const run = async () => {
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      await copyAll();
    }
    await copyAll();
  };
  const copyAll = async () => {
    const sent = rig.agents.flatMap((agent) => [...messagesIn(rig.workspace(agent), "outbox").values()]);
    for (const message of [...given, ...sent]) if (isDue(message)) await rig.post(message);
  };
  const copies = new Map<string, number>();
  const isDue = ({ id, to, type }: Message) => {
    if (to === "human") return false;
    const copied = copies.get(id) ?? 0;
    copies.set(id, copied + 1);
    return type !== "progress" || copied < PROGRESS_COPIES;
  };
  const running = run();
  onTestFinished(() => {
    over = true;
  });
  return {
    async give(agent: string, order: object): Promise<string> {
      const now = new Date().toISOString();
      const task = taskOfPerson(agent, { instructions: JSON.stringify(order), title: "again" }, now);
      given.push(task);
      await rig.post(task);
      return task.task_id;
    },
    async control(
      agent: string,
      taskId: string,
      control: ControlMessage["control"],
      id: string,
    ): Promise<void> {
      const message: ControlMessage = {
        clawflow: 2,
        version: 2,
        type: "control",
        control,
        id,
        task_id: taskId,
        attempt: 1,
        from: "human",
        to: agent,
        sent_at: new Date().toISOString(),
        body: { text: "" },
      };
      given.push(message);
      await rig.post(message);
    },
    async stop(): Promise<void> {
      over = true;
      await running;
    },
  };
}
