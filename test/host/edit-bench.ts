import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { BrainFunction } from "../../src/brain/function-brain.ts";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { parseEdit } from "../../src/protocol/edit-body.ts";
import { parseMessage } from "../../src/protocol/message-codec.ts";
import type { Policy, Task } from "../../src/protocol/task.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { verifyRoot } from "../../src/view/verify/verify-root.ts";
import { tempRoot } from "./team.ts";
import { until } from "./until.ts";

/** A lead that splits into `first` (at once done) and then `second`, held until it is let go. */
export class EditBench {
  readonly root = tempRoot();
  readonly asked: { agent: string; instructions: string; kind: string }[] = [];
  host!: Host;
  id = "";
  private release: (() => void)[] = [];
  private held = true;

  /** @param look as of the host: milliseconds between two looks at task.md */
  async start(look = 50): Promise<this> {
    const lead: BrainFunction = ({ kind, results, task }) => {
      this.asked.push({ agent: "lead", instructions: task.instructions, kind });
      if (kind === "consider") {
        return {
          subtasks: {
            first: { agent: "reader", description: "read", depends_on: [] },
            second: { agent: "writer", description: "write", depends_on: ["first"] },
            third: { agent: "reader", description: "check", depends_on: ["second"] },
          },
        };
      }
      return Object.entries(results ?? {})
        .map(([id, { status, results: text }]) => `${id} ${status}: ${text}`)
        .join("\n");
    };
    const worker =
      (agent: string): BrainFunction =>
      async ({ task }, { signal }) => {
        this.asked.push({ agent, instructions: task.instructions, kind: "work" });
        if (agent === "writer" && this.held) {
          await new Promise<void>((resolve, reject) => {
            this.release.push(resolve);
            signal.addEventListener("abort", () => reject(signal.reason));
          });
        }
        return `${agent}: ${task.instructions}`;
      };
    this.host = await createHost({
      root: this.root,
      durability: "os",
      look,
      agents: {
        lead: { brain: lead, peers: ["reader", "writer", "poet"] },
        reader: { brain: worker("reader") },
        writer: { brain: worker("writer") },
        poet: { brain: worker("poet") },
      },
    });
    await this.host.start();
    return this;
  }

  async give(policy: Partial<Policy> = {}): Promise<this> {
    const { task_id } = await submitTask(this.host, "lead", { instructions: "Go", policy });
    this.id = task_id;
    await this.until(
      (task) => task.subtasks.get("second")?.status === "dispatched" || task.waiting !== undefined,
    );
    await until(
      () => existsSync(this.path) && /^ {4}status: dispatched$|^waiting:/m.test(this.text),
      "task.md",
    );
    return this;
  }

  get path(): string {
    return join(this.root, "lead", "tasks", this.id, "task.md");
  }

  get text(): string {
    return readFileSync(this.path, "utf8");
  }

  get task(): Readonly<Task> {
    return this.host.task("lead", this.id) as Task;
  }

  async until(is: (task: Readonly<Task>) => boolean): Promise<Readonly<Task>> {
    return await until(() => (this.task !== undefined && is(this.task) ? this.task : undefined), "the state");
  }

  letGo(): void {
    this.held = false;
    for (const release of this.release.splice(0)) release();
  }

  edits(): ReturnType<typeof parseEdit>[] {
    const archive = join(this.root, "lead", "mailbox", "archive");
    const names = readdirSync(archive, { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => /control-.*\.md$/.test(name))
      .map((name) => parseMessage(readFileSync(join(archive, name)), { to: "lead" }))
      .flatMap((message) => (message.type === "control" && message.control === "edit" ? [message] : []))
      .map((message) => parseEdit(message.body.text));
  }

  async end(): Promise<void> {
    this.letGo();
    await this.host.stop();
    const places = new Map(
      ["lead", "reader", "writer", "poet"].map((agent) => [agent, join(this.root, agent)]),
    );
    expect(verifyRoot(nodeDisk(), places)).toEqual([]);
  }
}
