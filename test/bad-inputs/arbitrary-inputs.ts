import { fc } from "@fast-check/vitest";
import { stringify } from "yaml";
import { anyString, hostileText, plainValue } from "../protocol/arbitraries.ts";

/** What YAML is made of, what it is not made of, and keys of ours. */
const TOKENS = [
  ..."-?:,[]{}#&*!|>'\"%@`~<=\\\t ",
  "\n", "\n", "\n", "\n  ", "\n    ", "\r\n", "\r", ": ", ":\n", "- ", "? ", "- - ", "|\n  ", ">-\n  ", "|+1\n ", "---", "\n---\n", "...\n", "--- \n",
  "&a ", "*a", "*a ", "!!str ", "!!binary ", "!!js/function ", "!x ", "<<: ", "<<: *a\n", "%YAML 1.1\n", "%TAG ! x\n", "# c\n", "[[", "]]", "{a: ", "}}",
  "true", "no", "~", "null", "0x1f", "012", "1e999", ".inf", ".nan", "-0", "1_000", "2026-11-20", "12:30:45", "\"\\ud800\"", "\"\\x00\"", "'''", "\"\\",
  "__proto__", "constructor", "prototype", "toString", "\u0000", "\u0007", "\u0085", "\u2028", "\u202e", "\ufeff", "\ufffd", "\u{1f600}",
  "clawflow: 2\n", "clawflow", "type: task\n", "type: reply\n", "type: control\n", "id: m-1\n", "from: human\n", "to: echo\n", "task_id: t\n", "subtask_id: s\n",
  "attempt: 1\n", "sent_at: now\n", "status: done\n", "control: edit\n", "subtasks:\n", "  a:\n", "    agent: b\n", "budget: {", "tokens: ", "trace: {root: ", "policy: ",
  "agents:\n", "limits: {depth: ", "brain: {command: [", "rev: 1\n", "mode: direct\n",
]; // biome-ignore format: a table

const tokens = fc.array(
  fc.oneof({ arbitrary: fc.constantFrom(...TOKENS), weight: 6 }, fc.string({ maxLength: 6 })),
  { maxLength: 120 },
);
/** The same a few hundred times over: what grows faster than the text shows here. */
const repeated = fc
  .tuple(
    fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 1, max: 800 }),
  )
  .map(([piece, times]) => piece.join("").repeat(times).slice(0, 8_192));
const options = fc.record({
  defaultStringType: fc.constantFrom(
    "PLAIN" as const,
    "QUOTE_DOUBLE" as const,
    "QUOTE_SINGLE" as const,
    "BLOCK_LITERAL" as const,
  ),
  indent: fc.integer({ min: 1, max: 5 }),
  collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
  lineWidth: fc.constantFrom(0, 40, 80),
});
const written = fc.tuple(plainValue, options).map(([value, style]) => stringify(value, style));

/** Any text that a reader of YAML may have to do with. */
export const anyYaml: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: tokens.map((parts) => parts.join("")), weight: 4 },
  { arbitrary: repeated, weight: 1 },
  { arbitrary: written, weight: 3 },
  { arbitrary: anyString, weight: 2 },
);

const GOOD_HEAD =
  "clawflow: 2\ntype: task\nid: h-1\nfrom: human\nto: echo\ntask_id: t\nattempt: 1\nsent_at: 2026-11-20T12:00:00Z\n";

/** A file with that YAML as its head, alone or among good fields. */
export const anyFile: fc.Arbitrary<string> = fc
  .tuple(anyYaml, fc.boolean(), hostileText)
  .map(([yaml, isGood, body]) => `---\n${isGood ? GOOD_HEAD : ""}${yaml}\n---\n${body}`);

const place = fc.nat({ max: 1_000_000 });
const change = fc.record({ at: place, length: fc.nat({ max: 8 }), bytes: fc.uint8Array({ maxLength: 8 }) });

/** Good texts of whatever kind with bytes changed, taken out and put in anywhere. */
export function damaged(goods: readonly string[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...goods), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([good, changes]) => changes.reduce(applyChange, Buffer.from(good)));
}

function applyChange(
  bytes: Buffer,
  { at, length, bytes: put }: { at: number; length: number; bytes: Uint8Array },
): Buffer {
  const from = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
}

/** Bytes of no kind, more often than not behind the first line of a file of ours. */
export const anyBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom("", "---\n", `---\n${GOOD_HEAD}---\n`, "\ufeff---\n"),
    fc.uint8Array({ maxLength: 1_000 }),
  )
  .map(([start, bytes]) => Buffer.concat([Buffer.from(start), bytes]));
