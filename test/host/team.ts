import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createHost } from "../../src/host/create-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostOptions } from "../../src/host/options.ts";
import { submitTask } from "../../src/host/submit.ts";
import type { Task } from "../../src/protocol/task.ts";

/** A folder that is gone when the test is over. */
export function tempRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "clawflow-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** A started host that is stopped when the test is over. */
export async function startHost(options: HostOptions): Promise<Host> {
  const host = await createHost({ durability: "os", ...options });
  onTestFinished(() => host.stop());
  await host.start();
  return host;
}

/** Gives an agent work as a person and waits for its end. */
export async function runTask(host: Host, agent: string, instructions: string): Promise<Readonly<Task>> {
  const { task_id } = await submitTask(host, agent, { instructions });
  return await host.finished(agent, task_id);
}
