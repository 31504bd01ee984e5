import { createHash } from "node:crypto";
import type { Place } from "../cli/place.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { type ApiError, LOOKS, type Look } from "./api-types.ts";
import { failureOf, type Options, runCommand } from "./words.ts";

/** What a command printed, as it goes to the page. */
export type Looked = { body: string; etag: string } | { error: ApiError["error"] };

/** What an answer is good for at most, though no file changed: times in it go on. Milliseconds. */
const FRESH = 1_000;
/** The same is not run again before so many times as long as it took have passed: a look that is dear leaves time for others. */
const REST = 2;
const LONGEST_REST = 500;
const MOST_KEPT = 64;
const MOST_BYTES = 16 * 1024 * 1024;

interface Run {
  /** Of the files, when it began. */
  version: number;
  ended?: { at: number; took: number; bytes: number };
  result: Promise<Looked>;
}

/** Runs looks: the same one that several ask for runs once, and not more often than it can be afforded. */
export class Looks {
  readonly #place: () => Place;
  readonly #version: () => number;
  readonly #runs = new Map<string, Run>();

  /** @param version another number whenever files changed */
  constructor(place: () => Place, version: () => number) {
    this.#place = place;
    this.#version = version;
  }

  async look(command: string, words: readonly string[], options: Options): Promise<Looked> {
    const look = checkLook(command, words);
    const key = JSON.stringify([look, words, Object.entries(options).sort()]);
    for (;;) {
      const last = this.#runs.get(key);
      if (last === undefined || !this.#isGood(last)) {
        const rest = last === undefined ? 0 : restOf(last);
        if (rest <= 0) return await this.#run(key, look, words, options);
        await new Promise((resolve) => setTimeout(resolve, rest));
        continue;
      }
      return await last.result;
    }
  }

  /** Whether what it gives is what files say now. */
  #isGood({ version, ended }: Run): boolean {
    if (version !== this.#version()) return false;
    return ended === undefined || performance.now() - ended.at < FRESH;
  }

  #run(key: string, look: Look, words: readonly string[], options: Options): Promise<Looked> {
    const began = performance.now();
    const run: Run = { version: this.#version(), result: lookNow(this.#place, look, words, options) };
    this.#runs.delete(key);
    this.#runs.set(key, run);
    const end = (bytes: number) => {
      const at = performance.now();
      run.ended = { at, took: at - began, bytes };
      this.#forget();
    };
    run.result.then(
      (looked) => end("body" in looked ? looked.body.length : 0),
      () => this.#runs.get(key) === run && this.#runs.delete(key),
    );
    return run.result;
  }

  /** Those that were asked for longest ago go first. */
  #forget(): void {
    let bytes = 0;
    for (const [, run] of this.#runs) bytes += run.ended?.bytes ?? 0;
    for (const [key, run] of this.#runs) {
      if (this.#runs.size <= MOST_KEPT && bytes <= MOST_BYTES) return;
      if (run.ended === undefined) continue;
      bytes -= run.ended.bytes;
      this.#runs.delete(key);
    }
  }
}

/** Milliseconds until it may run again. */
function restOf({ ended }: Run): number {
  if (ended === undefined) return 5;
  const rest = Math.min(LONGEST_REST, ended.took * REST);
  return Math.ceil(ended.at + rest - performance.now());
}

/** Of these some do other things too. @throws E_NOT_FOUND, E_USAGE */
function checkLook(command: string, [action]: readonly string[]): Look {
  const look = LOOKS.find((name) => name === command);
  if (look === undefined)
    throw new ClawflowError("E_NOT_FOUND", "the page cannot look at that", {
      found: JSON.stringify(command),
    });
  const allowed = LOOKING_ACTIONS[look];
  if (allowed === undefined || allowed.includes(action ?? "")) return look;
  throw new ClawflowError("E_USAGE", "that is more than a look", {
    expected: `${look} ${allowed.join(" or ")}`,
    found: JSON.stringify(action ?? ""),
  });
}

const LOOKING_ACTIONS: Partial<Record<Look, readonly string[]>> = {
  dead: ["list"],
  workflow: ["show", "list", "saved"],
};

async function lookNow(
  place: () => Place,
  look: Look,
  words: readonly string[],
  options: Options,
): Promise<Looked> {
  const run = await runCommand(place(), look, words, options);
  const error = failureOf(run);
  if (error !== undefined) return { error };
  const body = look === "log" ? arrayOfLines(run.out) : run.out;
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}

/** A value on each line, as one value. */
function arrayOfLines(out: string): string {
  return `[${out.trimEnd().split("\n").join(",\n")}]\n`;
}
