import { join } from "node:path";
import { z } from "zod";
import type { Place } from "../cli/place.ts";
import { hostDirectory } from "../host/create-host.ts";
import { unlessMissing } from "../store/disk-error.ts";

const recordShape = z.object({
  pid: z.int(),
  port: z.int().min(1).max(65_535),
  /** By which another command of the same person asks for a link. */
  secret: z.string().regex(/^[\w-]{40,100}$/),
});
type Running = z.infer<typeof recordShape>;

/** How long one that runs may take to answer, milliseconds. */
const PATIENCE = 2_000;
/** How often it is looked whether a root was begun, milliseconds. */
const BEGUN = 500;

/** A link to the dashboard that runs for this root; `undefined`: none does, or it does not answer. */
export async function linkOfRunning({ disk, root }: Place): Promise<string | undefined> {
  const found = unlessMissing(() => disk.read(recordPath(root)));
  const record = recordShape.safeParse(found === undefined ? undefined : parsed(found));
  if (!record.success) return undefined;
  const { port, secret } = record.data;
  const at = `http://127.0.0.1:${port}`;
  try {
    const response = await fetch(`${at}/api/link`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = z.object({ key: z.string().regex(/^[\w-]{40,100}$/) }).safeParse(await response.json());
    return answer.success ? `${at}/enter?key=${answer.data.key}` : undefined;
  } catch {
    // It ended without saying so, and something else may listen there by now.
    return undefined;
  }
}

/**
 * Lays down that one runs, readable by its owner alone; where nothing was begun yet in that root, as soon as something is. Where nothing
 * can be written nobody is told.
 *
 * @returns ends waiting for the root
 */
export async function noteRunning(place: Place, record: Running): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    if (await noteNow(place, record)) clearInterval(timer);
  };
  timer = setInterval(look, BEGUN);
  await look();
  return () => clearInterval(timer);
}

/** Whether there is a root. */
async function noteNow({ disk, root }: Place, record: Running): Promise<boolean> {
  if (disk.stat(root) === undefined) return false;
  try {
    disk.mkdir(hostDirectory(root, {}));
    await disk.replace(recordPath(root), `${JSON.stringify(record)}\n`);
  } catch {
    // A root that is only read.
  }
  return true;
}

/** Takes it away, unless it is another's by now. */
export function forgetRunning({ disk, root }: Place, secret: string): void {
  try {
    const record = recordShape.safeParse(parsed(disk.read(recordPath(root))));
    if (record.success && record.data.secret === secret) disk.unlink(recordPath(root));
  } catch {
    // It is gone.
  }
}

function recordPath(root: string): string {
  return join(hostDirectory(root, {}), "dashboard.json");
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
