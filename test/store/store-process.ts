import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "../..");

export interface CompiledStore {
  /** Starts plain node on an ES module that may import `./store/…`; ends with its exit. */
  run(script: string, args?: readonly string[]): ChildProcess;
  remove(): void;
}

/** The store as JavaScript, so that a test may have processes of its own that can be killed. */
export function compileStore(): CompiledStore {
  // Within node_modules, so that the libraries are found from there.
  const folder = mkdtempSync(join(root, "node_modules", ".clawflow-store-"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  for (const part of ["protocol", "loop", "store"]) {
    mkdirSync(join(folder, part));
    for (const name of readdirSync(join(root, "src", part))) {
      const text = readFileSync(join(root, "src", part, name), "utf8");
      writeFileSync(join(folder, part, name.replace(/\.ts$/, ".js")), toJavaScript(text));
    }
  }
  let scripts = 0;
  return {
    run(script, args = []) {
      const file = join(folder, `script-${++scripts}.js`);
      writeFileSync(file, script);
      return spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function toJavaScript(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  return outputText;
}

/** Resolves with what the process has printed, when it ends. */
export async function ended(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once("close", resolve));
  }
  return text;
}

/** Resolves when the process has printed a line with this text. */
export async function says(child: ChildProcess, wanted: string): Promise<void> {
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      if (text.includes(wanted)) resolve();
    });
    child.once("close", () => reject(new Error(`ended without saying ${wanted}: ${text}`)));
  });
}
