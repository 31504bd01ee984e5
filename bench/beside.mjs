import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** Hand-off and durable plans beside other engines: what `npm run bench:peers` prints. It runs under a Node of its own. */
export async function measureBeside({ quick, rounds }) {
  const scratch = mkdtempSync(join(tmpdir(), "clawflow-beside-"));
  try {
    const json = join(scratch, "figures.json");
    const given = ["compare", "--rounds", String(rounds), "--json", json, ...(quick ? ["--quick"] : [])];
    const child = spawn(process.execPath, [join(import.meta.dirname, "peers", "start.mjs"), ...given], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed, [status]] = await Promise.all([text(child.stdout), once(child, "close")]);
    if (status !== 0) throw new Error(`what is beside other engines ended with ${status}`);
    const tables = printed.trim().replaceAll(/^### /gm, "#### ");
    return { title: "Beside others", tables, data: JSON.parse(readFileSync(json, "utf8")), sane: [] };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
