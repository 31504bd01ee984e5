import { resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

/** A file that is not there: with it in the tree, the project could not be checked without OpenClaw. */
const file = resolve("test", "openclaw", "held.ts");
const source = `
import type { OpenClawPluginApi } from "openclaw/plugin-sdk/plugin-entry";
import type { PluginApi } from "../../src/openclaw/types.ts";
export const api: (real: OpenClawPluginApi) => PluginApi = (real) => real;
// @ts-expect-error were the real types not found, this would be no error
export const wrong: (real: OpenClawPluginApi) => { nothingOfTheKind: string } = (real) => real;
`;

test("what we declare of OpenClaw's API is what its own types say", () => {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, process.cwd());
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => resolve(path) === file || fileExists(path);
  host.readFile = (path) => (resolve(path) === file ? source : readFile(path));
  host.getSourceFile = (path, ...rest) =>
    resolve(path) === file
      ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2023)
      : getSourceFile(path, ...rest);
  const program = ts.createProgram([file], options, host);
  const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});
