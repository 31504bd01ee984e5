import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ClawflowError,
  createHost,
  formatMessage,
  loadTeam,
  type Message,
  parseMessage,
  parseTask,
  parseTeam,
  submit,
  type Work,
} from "../../src/index.ts";
import type { Case, LibraryCall, Result } from "./cases.ts";
import { fillIn, makeBytes } from "./make-input.ts";
import { notIn } from "./not-in.ts";

/** Longer than this nothing may take, however bad it is. */
const MOST_MS = 1_000;

/** Gives every case to the function of the library that it is for: `parseMessage`, where it does not say. */
export async function runLibrary(cases: readonly Case[]): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-bad-library-"));
  try {
    const results: Result[] = [];
    for (const [n, one] of cases.entries())
      results.push({ case: one, wrong: await wrongWith(one, n, folder) });
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function wrongWith(one: Case, n: number, folder: string): Promise<string[]> {
  const names = { id: `c${n}`, task: "job", outside: folder };
  const bytes = one.call === undefined ? makeBytes(one, names) : Buffer.alloc(0);
  const before = process.cpuUsage();
  let given: unknown;
  let error: unknown;
  try {
    const value =
      one.call === undefined ? parseMessage(bytes, { to: "echo" }) : call(one.call, folder, fillIn);
    given = await value;
  } catch (thrown) {
    error = thrown;
  }
  // Of the processor: the machine may have more to do.
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1_000;
  const slow = took > MOST_MS ? [`it took ${Math.round(took)} ms`] : [];
  return [...slow, ...(error === undefined ? wrongValue(one, given) : wrongError(one, error))];
}

function wrongValue(one: Case, given: unknown): string[] {
  if (one.taken === undefined) return [`taken: ${JSON.stringify(given)?.slice(0, 500)}`];
  return notIn(given, one.taken);
}

function wrongError({ refused = "nothing", says }: Case, error: unknown): string[] {
  if (!(error instanceof ClawflowError)) {
    return [`not an error of ours: ${error instanceof Error ? error.stack : error}`];
  }
  const [code, at = ""] = refused.split(" ");
  const text = `${error.code}: ${error.message}`;
  const wrong: string[] = [];
  if (error.code !== code || !text.includes(at)) wrong.push(`not ${refused}: ${text}`);
  if (says !== undefined && !new RegExp(says).test(text)) wrong.push(`does not say ${says}: ${text}`);
  // What is shown of a bad input must not flood a log.
  if (text.length > 1_000) wrong.push(`an error of ${text.length} characters`);
  return wrong;
}

/** `with` is JSON; texts in it are filled in. */
async function call(
  { name, with: given }: LibraryCall,
  folder: string,
  fill: typeof fillIn,
): Promise<unknown> {
  const names = { id: "c", outside: folder };
  const filled: unknown = JSON.parse(JSON.stringify(given), (_, value) =>
    typeof value === "string" ? fill(value, names) : value,
  );
  switch (name) {
    case "parseTask":
      return parseTask(filled as string);
    case "parseTeam":
      return parseTeam(filled as string);
    case "parseMessage":
      return parseMessage(Buffer.from(filled as string), { to: "echo" });
    case "formatMessage":
      return formatMessage(filled as Message);
    case "loadTeam": {
      const path = join(folder, "team.yaml");
      writeFileSync(path, filled as string);
      return await loadTeam(path);
    }
    case "createHost":
      return void (await createHost({ root: join(folder, "made"), ...(filled as object) } as never));
    case "submit": {
      const { agent, work } = filled as { agent: string; work: Work };
      const host = await createHost({
        root: join(folder, "agents"),
        agents: { echo: { brain: () => "yes" } },
      } as never);
      await host.start();
      try {
        return await submit(host, agent, work);
      } finally {
        await host.stop();
      }
    }
  }
}
