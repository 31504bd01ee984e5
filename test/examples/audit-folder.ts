import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { type Drive, type DriveOptions, driveTeam } from "./drive-team.ts";

export const AUDIT = fileURLToPath(new URL("../../examples/repo-audit/", import.meta.url));

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with files, by path; removed after the test. */
export function makeFolder(files: Record<string, string | Uint8Array> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "clawflow-audit-"));
  made.push(folder);
  addFiles(folder, files);
  return folder;
}

export function addFiles(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

export interface Audit extends Drive {
  report: string;
  answer: string;
}

/** Audits a folder into a report elsewhere; throws what the team answers as an error. */
export async function audit(
  folder: string,
  options: DriveOptions & { reportPath?: string } = {},
): Promise<Audit> {
  const reportPath = options.reportPath ?? join(makeFolder(), "AUDIT.md");
  const drive = await driveTeam(
    join(AUDIT, "team.yaml"),
    `Folder: ${folder}\nReport: ${reportPath}\n`,
    options,
  );
  if (!("results" in drive.outcome)) {
    throw new Error("error" in drive.outcome ? drive.outcome.error : JSON.stringify(drive.outcome));
  }
  return { ...drive, answer: drive.outcome.results, report: readFileSync(reportPath, "utf8") };
}

// biome-ignore lint/suspicious/noExplicitAny: the examples are plain JavaScript, without types
export async function lib(name: string): Promise<any> {
  return import(join(AUDIT, "lib", `${name}.mjs`));
}

/** The section of a report under a heading, without it. */
export function sectionOf(report: string, title: string): string {
  const start = report.indexOf(`## ${title}\n`);
  if (start === -1) return "";
  const end = report.indexOf("\n## ", start);
  return report.slice(start + title.length + 4, end === -1 ? undefined : end);
}
