import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "../../src/host/create-host.ts";
import { submitTask } from "../../src/host/submit.ts";
import { errorText } from "../../src/protocol/errors.ts";
import { filesBelow } from "../host/files.ts";
import type { Case, Result, StartCase } from "./cases.ts";

/** Puts something else in the place of a folder of a workspace, and starts a host over it. */
export async function runStarts(cases: readonly Case[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const one of cases)
    results.push({ case: one, wrong: one.start === undefined ? [] : await startWrong(one, one.start) });
  return results;
}

async function startWrong({ refused = "", says }: Case, start: StartCase): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-bad-start-"));
  const root = join(folder, "agents");
  const outside = join(folder, "outside");
  mkdirSync(outside);
  try {
    const agents = { echo: { brain: () => "yes" } };
    await (await createHost({ root, agents, durability: "os" })).stop();
    replace(join(root, "echo", start.path), start.made_as, outside);
    let fault: string | undefined;
    try {
      const host = await createHost({ root, agents, durability: "os" });
      await host.start();
      const { task_id } = await submitTask(host, "echo", "Say it.");
      await host.finished("echo", task_id);
      await host.stop();
    } catch (error) {
      fault = errorText(error);
    }
    const wrong = filesBelow(outside).map((name) => `${name} stands outside`);
    if (readdirSync(outside).length > 0) wrong.push("something was made outside");
    if (start.starts) return fault === undefined ? wrong : [...wrong, fault];
    const isRefused = fault?.startsWith(`${refused}: `) === true && new RegExp(says ?? "").test(fault);
    return isRefused ? wrong : [...wrong, fault ?? "it starts"];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function replace(path: string, kind: StartCase["made_as"], outside: string): void {
  if (kind === "world-writable") {
    chmodSync(path, 0o777);
    return;
  }
  rmSync(path, { recursive: true });
  if (kind === "link") symlinkSync(outside, path);
  if (kind === "dangling") symlinkSync(join(outside, "nothing"), path);
  if (kind === "file") writeFileSync(path, "a file");
}
