import { newSecret, Secrets } from "./secrets.ts";

/** Links that were asked for and not used; browsers that are let in. */
const MOST_LINKS = 8;
const MOST_BROWSERS = 64;
/** A link that nobody used is void after so long, milliseconds. */
const LINK_LASTS = 10 * 60_000;
/** So many wrong guesses in this time, and the next are not even looked at until it is over. */
const MOST_GUESSES = 10;
const GUESSING = 60_000;

/** Who may see and do what the dashboard can: whoever came by a link that worked once. */
export class Access {
  readonly #links = new Secrets(MOST_LINKS);
  readonly #browsers = new Secrets(MOST_BROWSERS);
  /** Of programs: what they send as `Authorization: Bearer`, by what they may do with it. */
  readonly #programs = new Map<Purpose, Secrets>();
  #guesses: number[] = [];

  /** The key of a new link. */
  newLink(): string {
    const key = newSecret();
    this.#links.add(key, performance.now() + LINK_LASTS);
    return key;
  }

  /** What the browser is known by from now on; `undefined`: no such link, or it was used; `later`: too much was guessed. */
  enter(key: string): string | undefined | "later" {
    if (this.#isGuessing()) return "later";
    if (!this.#links.take(key)) {
      this.#guesses.push(performance.now());
      return undefined;
    }
    const browser = newSecret();
    this.#browsers.add(browser);
    return browser;
  }

  isBrowser(secret: string | undefined): boolean {
    return secret !== undefined && this.#browsers.has(secret);
  }

  letProgram(purpose: Purpose, secret: string): void {
    const known = this.#programs.get(purpose) ?? new Secrets(1);
    known.add(secret);
    this.#programs.set(purpose, known);
  }

  /** @param header `Authorization` */
  isProgram(purpose: Purpose, header: string | undefined): boolean | "later" {
    const [, secret] = /^Bearer ([\w-]{1,200})$/.exec(header ?? "") ?? [];
    if (secret === undefined) return false;
    if (this.#isGuessing()) return "later";
    if (this.#programs.get(purpose)?.has(secret) === true) return true;
    this.#guesses.push(performance.now());
    return false;
  }

  #isGuessing(): boolean {
    const since = performance.now() - GUESSING;
    this.#guesses = this.#guesses.filter((time) => time > since);
    return this.#guesses.length >= MOST_GUESSES;
  }
}

/** `link`: another `clawflow dashboard` for the same root asks for a link. `metrics`: Prometheus reads. */
export type Purpose = "link" | "metrics";
