import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ClawflowError } from "../../protocol/errors.ts";
import { makeFolders } from "../../store/make-folders.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { INIT_FILES } from "../init-files.ts";
import type { Io } from "../io.ts";
import { initShape } from "../json-shapes.ts";
import type { CommonOptions } from "../place.ts";
import { printJson } from "../print-json.ts";
import { shownPath } from "../render/path.ts";

/** A team file, two agents and a first task. Nothing that is there is overwritten: then nothing is written at all. */
export async function initCommand(
  io: Io,
  folder: string | undefined,
  options: CommonOptions,
): Promise<ExitCode> {
  const directory = resolve(io.cwd, folder ?? ".");
  const files = INIT_FILES.map(({ name, text }) => ({ path: join(directory, name), text }));
  const there = files.filter(({ path }) => existsSync(path));
  if (there.length > 0) {
    throw new ClawflowError("E_USAGE", "there is a file of that name already", {
      found: there.map(({ path }) => shownPath(io.cwd, path)).join(", "),
      hint: "Name an empty folder: clawflow init my-team",
    });
  }
  for (const { path, text } of files) {
    makeFolders(dirname(path));
    writeFileSync(path, text, { flag: "wx" });
  }
  if (options.json === true) printJson(io, initShape, { files: files.map(({ path }) => path) });
  else {
    for (const { path } of files) io.out(`${shownPath(io.cwd, path)}\n`);
    const enter = folder === undefined ? "" : `cd ${shownPath(io.cwd, directory)} && `;
    io.err(`Try it: ${enter}clawflow run first-task.md\n`);
  }
  return EXIT.done;
}
