import { describe, expect, test } from "vitest";
import { audit, makeFolder } from "./audit-folder.ts";

const LARGEST_MESSAGE = 64 * 1024;

/** Every file has something to tell, so that every list would overflow. */
function crowded(count: number): Record<string, string> {
  const note = ["TO", "DO"].join("");
  const files: Record<string, string> = {};
  for (let n = 0; n < count; n += 1) {
    const folder = `packages/module-number-${n % 37}/source/part-${n % 11}`;
    const same = "x".repeat(300 + (n % 900));
    files[`${folder}/a-rather-long-file-name-${n}.md`] =
      `# ${n}\n\n[a](missing-${n}.md)\n\n<!-- ${note}: ${n} ${"long text ".repeat(20)} -->\n${n % 3 === 0 ? n : ""}${same}\n`;
  }
  return files;
}

describe("many files", () => {
  test("2,000 files: the time is printed, the figures are right", { timeout: 120_000 }, async () => {
    const files: Record<string, string> = {};
    for (let n = 0; n < 2_000; n += 1) {
      files[`src/m${n % 20}/s${n % 7}/file-${n}.ts`] =
        `export function f${n}(a: number) {\n  return a + ${n};\n}\n`.repeat(30);
    }
    const folder = makeFolder(files);
    const start = performance.now();
    const { report, calls } = await audit(folder);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.info(`repo-audit: 2,000 files, ${calls.length} calls, ${seconds} s`);
    expect(report).toContain("2,000 files, 180,000 lines of text");
    expect(calls.length).toBeGreaterThanOrEqual(15);
    expect(calls.length).toBeLessThanOrEqual(60);
  });

  test("5,000 files with much to tell: every message stays small", { timeout: 120_000 }, async () => {
    const { report, calls, attachments } = await audit(makeFolder(crowded(5_000)));
    for (const { path, kind, bytesOut } of calls) {
      // A plan is one message a subtask; results are one message.
      if (kind === "synthesise" || path.at(-1) === "inspector")
        expect(bytesOut).toBeLessThan(LARGEST_MESSAGE);
    }
    expect(attachments).toBe(0);
    expect(report).toContain("5,000 links of 5,000 within the folder. The first 60 of 5000.");
    expect(report).toContain("5,000 × TODO. The first 80 of 5000.");
    expect(Buffer.byteLength(report)).toBeLessThan(100_000);
  });

  test("surveys too large for a Context reach the writer as files, and the report is the same", {
    timeout: 120_000,
  }, async () => {
    const folder = makeFolder(crowded(300));
    const plain = await audit(folder);
    const { report, attachments } = await audit(folder, { contextBytes: 20_000 });
    expect(attachments).toBeGreaterThan(1);
    expect(report).toBe(plain.report);
  });
});
