import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { recordProof } from "../../proof/record-proof.ts";
import type { FromWorker } from "./messages.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";
import { QUICK_SEEDS, USUAL_STEPS } from "./options.ts";
import { inParallel, Worker } from "./pool.ts";

/*
 * Plants real mistakes, one at a time, each in a copy of what `npm run sim` runs, and asks that each is found within the seeds that every
 * change is tested with. `--seeds <n>` allows fewer; other arguments are parts of the names of those that are to be planted.
 */

const CHUNK = 10;
/** Of real time, for a chunk: a mistake may be that something goes on for ever. */
const PATIENCE = 600_000;

interface Found {
  mutant: string;
  seed: number | undefined;
  seeds: number;
  fault: string;
}

type ToJavaScript = (text: string) => string;

const project = process.env.CLAWFLOW_PROJECT ?? ".";
const built = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const { values, positionals } = parseArgs({
  options: { seeds: { type: "string", default: String(QUICK_SEEDS) }, full: { type: "boolean" } },
  allowPositionals: true,
});
const most = Number(values.seeds);
/** Seeds that were run without a mistake. */
const well = new Map<number, Promise<void>>();
const isWanted = ({ name }: Mutant) =>
  positionals.length === 0 || positionals.some((part) => name.includes(part));
process.exitCode = await main(MUTANTS.filter(isWanted));

async function main(mutants: readonly Mutant[]): Promise<number> {
  const { toJavaScript } = (await import(pathToFileURL(join(project, "scripts", "build-sim.mjs")).href)) as {
    toJavaScript: ToJavaScript;
  };
  const began = performance.now();
  const results: Found[] = [];
  await inParallel(availableParallelism(), mutants, async (mutant) => {
    const planted = performance.now();
    const found = await plant(mutant, toJavaScript);
    results.push(found);
    const where = found.seed === undefined ? "NOT FOUND" : `seed ${found.seed}`;
    const seconds = `${((performance.now() - planted) / 1000).toFixed(1)} s`;
    console.log(
      `${where.padStart(9)} ${seconds.padStart(7)}  ${mutant.name}: ${found.fault.split("\n", 1)[0]?.slice(0, 200)}`,
    );
  });
  const survivors = results.filter(({ seed }) => seed === undefined);
  const took = (performance.now() - began) / 1000;
  console.log(`${results.length} mistakes planted in ${took.toFixed(1)} s: ${survivors.length} not found`);
  tell(results, survivors.length);
  return survivors.length === 0 && results.length > 0 ? 0 : 1;
}

/** @throws where the text that is to be replaced is not there */
async function plant(mutant: Mutant, toJavaScript: ToJavaScript): Promise<Found> {
  // Beside what was built, so that packages are found as they are from there.
  const parent = join(built, "..", "clawflow-mutants");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "m-"));
  try {
    cpSync(built, folder, { recursive: true });
    for (const [file, text] of changedFiles(mutant))
      writeFileSync(join(folder, "src", `${file}.js`), toJavaScript(text));
    return await hunt(mutant, join(folder, "test", "sim", "run", "worker.js"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function changedFiles({ name, changes }: Mutant): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, from, to } of changes) {
    const text = texts.get(file) ?? readFileSync(join(project, "src", `${file}.ts`), "utf8");
    if (text.split(from).length !== 2)
      throw new Error(`"${name}" cannot be planted: src/${file}.ts does not hold, exactly once: ${from}`);
    texts.set(
      file,
      text.replace(from, () => to),
    );
  }
  return texts;
}

async function hunt({ name, first }: Mutant, program: string): Promise<Found> {
  const worker = new Worker(program);
  try {
    for (let tried = 0; tried < most; tried += CHUNK) {
      const from = 1 + ((first - 1 + tried) % most);
      const seeds = Array.from({ length: CHUNK }, (_, index) => from + index);
      const { failure } = await runOr(worker, seeds);
      if (failure === undefined) continue;
      await checkWell(failure.seed);
      return { mutant: name, ...failure, seeds: tried + failure.seed - from + 1 };
    }
    return { mutant: name, seed: undefined, seeds: most, fault: "nothing was found" };
  } finally {
    worker.end();
  }
}

/** Found is what fails with the mistake alone. @throws where the seed fails without it */
function checkWell(seed: number): Promise<void> {
  const known = well.get(seed) ?? runWell(seed);
  well.set(seed, known);
  return known;
}

async function runWell(seed: number): Promise<void> {
  const worker = new Worker();
  try {
    const { failure } = await worker.run({ seeds: [seed], steps: USUAL_STEPS, shrinking: 0 }, PATIENCE);
    if (failure !== undefined) throw new Error(`seed ${seed} fails without any mistake: ${failure.fault}`);
  } finally {
    worker.end();
  }
}

async function runOr(worker: Worker, seeds: number[]): Promise<FromWorker> {
  try {
    return await worker.run({ seeds, steps: USUAL_STEPS, shrinking: 0 }, PATIENCE);
  } catch (error) {
    return { tally: {}, failure: { seed: seeds[0] ?? 0, fault: (error as Error).message, report: "" } };
  }
}

function tell(results: readonly Found[], survived: number): void {
  const seeds = results.map((result) => result.seeds).sort((a, b) => a - b);
  recordProof({
    fault: "mutants",
    what: "real mistakes planted in the source, one at a time, for the simulator to find",
    cases: results.length,
    counts: {
      found: results.length - survived,
      "not found": survived,
      "seeds needed, median": seeds[seeds.length >> 1] ?? 0,
      "seeds needed, most": seeds.at(-1) ?? 0,
    },
  });
}
