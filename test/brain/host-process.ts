import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../..");

/** A process of plain node that runs the script, an ES module that may import `./brain/…` and `./protocol/…`. */
export function hostProcess(script: string): ChildProcess {
  // Within node_modules, so that the libraries are found from there.
  const folder = mkdtempSync(join(root, "node_modules", ".clawflow-host-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["brain", "protocol"]) compileFolder(join(root, "src", part), join(folder, part));
  const file = join(folder, "host.js");
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(file, script);
  return spawn(process.execPath, [file], { stdio: ["ignore", "inherit", "inherit"] });
}

function compileFolder(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const { outputText } = ts.transpileModule(readFileSync(join(from, name), "utf8"), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        rewriteRelativeImportExtensions: true,
      },
    });
    writeFileSync(join(to, name.replace(/\.ts$/, ".js")), outputText);
  }
}
