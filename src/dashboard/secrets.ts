import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits, as text that stands in a URL, a cookie or a header as it is. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Secrets of which only the hashes are held. Those that were added first go when there are too many. */
export class Secrets {
  readonly #most: number;
  /** With the time at which each ends, monotonic milliseconds. */
  readonly #hashes: { hash: Buffer; ends: number }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(secret: string, ends = Number.POSITIVE_INFINITY): void {
    this.#hashes.push({ hash: hashOf(secret), ends });
    if (this.#hashes.length > this.#most) this.#hashes.shift();
  }

  has(secret: string): boolean {
    return this.#find(secret) >= 0;
  }

  /** Whether it was there: it is not, afterwards. */
  take(secret: string): boolean {
    const at = this.#find(secret);
    if (at >= 0) this.#hashes.splice(at, 1);
    return at >= 0;
  }

  /** Compares with each in the same time, whichever it is. */
  #find(secret: string): number {
    const hash = hashOf(secret);
    const now = performance.now();
    let found = -1;
    for (const [at, { hash: known, ends }] of this.#hashes.entries())
      if (timingSafeEqual(hash, known) && now < ends) found = at;
    return found;
  }
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
