import { execFileSync } from "node:child_process";
import { Terminal } from "./terminal.ts";

/** What a person does to a text, in words that every editor has keys for. */
export type Step =
  | { replace: string; by: string }
  | { below: string; insert: string }
  | { delete: string; lines: number };

export interface Program {
  name: string;
  binary: string;
  /** Opens the file, does the steps, saves and leaves. @returns when the program has ended */
  edit(session: string, path: string, steps: readonly Step[]): Promise<void>;
}

export function isInstalled(binary: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${binary}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** With `backupcopy=no` vim saves by renaming, with `yes` in place. */
function vim(backupcopy: "yes" | "no"): Program["edit"] {
  return async (session, path, steps) => {
    const terminal = new Terminal(session, [
      "vim",
      "-u",
      "NONE",
      "-N",
      "-n",
      "-c",
      `set backupcopy=${backupcopy} nomore`,
      path,
    ]);
    await terminal.shows("clawflow: 2");
    const command = (text: string) => {
      terminal.type(`:${text}`);
      terminal.press("Enter");
    };
    const literal = (text: string) => text.replaceAll(/[\\#.*^$[\]~&]/g, "\\$&");
    for (const step of steps) {
      if ("replace" in step) command(`%s#${literal(step.replace)}#${literal(step.by)}#`);
      else if ("insert" in step) {
        command(`/^${literal(step.below)}$`);
        terminal.type(`o${step.insert}`);
        terminal.press("Escape");
      } else {
        command(`/^${literal(step.delete)}$`);
        terminal.type(`${step.lines}dd`);
      }
    }
    command("wq!");
    // Vim asks so where the file was written since it was read.
    await terminal.ended("(y/n)?");
  };
}

const nano: Program["edit"] = async (session, path, steps) => {
  const terminal = new Terminal(session, ["nano", "--ignorercfiles", path]);
  await terminal.shows("clawflow: 2");
  for (const step of steps) {
    terminal.press("M-\\");
    if ("replace" in step) {
      terminal.press("C-\\");
      await terminal.shows("Search (to replace)");
      terminal.type(step.replace);
      terminal.press("Enter");
      await terminal.shows("Replace with");
      terminal.type(step.by);
      terminal.press("Enter");
      await terminal.shows("Replace this instance?");
      terminal.type("A");
      await terminal.shows("Replaced 1 occurrence");
      continue;
    }
    terminal.press("C-w");
    await terminal.shows("Search");
    terminal.type("insert" in step ? step.below : step.delete);
    terminal.press("Enter");
    if ("insert" in step) {
      terminal.press("End", "Enter");
      terminal.type(step.insert);
      await terminal.shows(step.insert.trim());
    } else terminal.press("Home", ...Array.from({ length: step.lines }, () => "C-k"));
  }
  terminal.press("C-o", "Enter");
  await terminal.shows("Wrote");
  terminal.press("C-x");
  await terminal.ended();
};

/** Kakoune, told to save by renaming a new file into place. */
const kakoune: Program["edit"] = async (session, path, steps) => {
  const options =
    "set-option global writemethod replace; set-option global autoinfo ''; set-option global startup_info_version 99999999";
  const terminal = new Terminal(session, ["kak", "-n", "-e", options, path]);
  await terminal.shows("clawflow: 2");
  const literal = (text: string) => text.replaceAll(/[\\.*^$[\](){}+?|/]/g, "\\$&");
  // Escape and the next key, read together, would be Alt and that key.
  const leaveInserting = async () => {
    terminal.press("Escape");
    await terminal.ends("its status line", (line) => !/\binsert\b/.test(line));
  };
  for (const step of steps) {
    terminal.type("gg");
    if ("replace" in step) {
      terminal.type(`/${literal(step.replace)}`);
      terminal.press("Enter");
      terminal.type(`c${step.by}`);
      await leaveInserting();
    } else if ("insert" in step) {
      terminal.type(`/^${literal(step.below)}$`);
      terminal.press("Enter");
      terminal.type("o");
      terminal.press("Home");
      terminal.type(step.insert);
      await leaveInserting();
    } else {
      terminal.type(`/^${literal(step.delete)}$`);
      terminal.press("Enter");
      terminal.type("xd".repeat(step.lines));
    }
  }
  terminal.type(":write-quit");
  terminal.press("Enter");
  await terminal.ended();
};

export const PROGRAMS: readonly Program[] = [
  { name: "vim, saving by rename", binary: "vim", edit: vim("no") },
  { name: "vim, saving in place", binary: "vim", edit: vim("yes") },
  { name: "nano", binary: "nano", edit: nano },
  { name: "kakoune, saving by rename", binary: "kak", edit: kakoune },
];
