import { defineConfig } from "vitest/config";

const MINUTE = 60_000;

/**
 * The end of a file's name says to which suite it belongs: `npm test` runs the quick ones (`.test.ts`); `npm run test:kill` the runs that are
 * killed (`.kill.ts`) and `npm run test:faults` the other faults (`.proof.ts`), each with a quick form and, by `--full` or
 * `CLAWFLOW_FULL=1`, a full one; `npm run test:editors` drives real editors in a terminal (`.editors.ts`), `npm run test:openclaw` real gateways
 * of OpenClaw (`.openclaw.ts`), `npm run test:browser` a real browser (`.browser.ts`). The simulator runs without vitest (`npm run sim`).
 */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    expect: { poll: { timeout: 2 * MINUTE } },
    reporters: ["default"],
    projects: [
      // One after another in the same two processes: loading the product anew for each file took a fifth of the whole time.
      suite("quick", "test/**/*.test.ts", 3 * MINUTE, { isolate: false }),
      suite("kill", "test/**/*.kill.ts", 120 * MINUTE),
      suite("proof", "test/**/*.proof.ts", 120 * MINUTE),
      suite("editors", "test/**/*.editors.ts", 2 * MINUTE),
      suite("openclaw", "test/openclaw/**/*.openclaw.ts", 5 * MINUTE),
      suite("figures", "test/openclaw/**/*.figures.ts", 60 * MINUTE),
      suite("browser", "test/browser/**/*.browser.ts", MINUTE),
    ],
  },
});

function suite(name: string, include: string, timeout: number, options: { isolate?: boolean } = {}) {
  return {
    extends: true as const,
    test: {
      name,
      ...options,
      include: [include],
      exclude: ["**/node_modules/**"],
      testTimeout: timeout,
      hookTimeout: timeout,
      teardownTimeout: MINUTE / 6,
      // What a file begins at once is its own to say.
      maxConcurrency: 100,
    },
  };
}
