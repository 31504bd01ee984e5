import fc from "fast-check";

/** Lines that a careless reader would take for structure. */
const HOSTILE_LINES = [
  "---",
  "--- ",
  "---js",
  "...",
  "# Task: another",
  "## Results",
  "## Instructions",
  "## Error",
  "## Partial Results",
  "### scan-routes",
  "### b",
  "   ## Context",
  "```",
  "```yaml",
  "~~~~",
  "````clawflow-plan",
  "<!-- begin results 7f3a -->",
  "<!-- end results 7f3a -->",
  "<!-- begin scan-routes 0000 -->",
  "<!--",
  "clawflow: 2",
  "type: task",
  "",
  " ",
  "\t",
  "\r",
  "text",
  "  indented",
  "text  ",
  "key: value # comment",
  "\u0000\u0007\u001b[31m",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "Ωμέγα 東京 🦊",
];
const LINE_ENDS = ["\n", "\n", "\n\n", "\r\n", "\r", ""];

/** What stays of a text wherever it comes in. */
export function kept(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

/** Any well-formed text, more often than not one that looks like a part of ours. */
export const hostileText: fc.Arbitrary<string> = fc
  .oneof(
    fc
      .array(fc.tuple(fc.constantFrom(...HOSTILE_LINES), fc.constantFrom(...LINE_ENDS)), { maxLength: 8 })
      .map((lines) => lines.flat().join("")),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: fc.constantFrom("a", " ", "\n", "#", "`", "-", "<", ">", "!"), maxLength: 20 }),
    fc.constantFrom("", "\n", "---", " ", "## Results\n\ntext\n", "a\n---\nb"),
  )
  .map(kept);

/** Any well-formed string: half a character is one for `test/protocol/well-formed.test.ts` alone. */
export const anyString: fc.Arbitrary<string> = fc
  .oneof(
    hostileText,
    fc.string(),
    fc.string({ unit: fc.constantFrom(...Array.from("ab :#-\n\t\"'[]{},&*!|>%@`0.~?")) }),
    fc.string({ unit: fc.constantFrom("a", "b c", "\n", ":", " ") }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
    fc.constantFrom(
      "no",
      "012",
      "1e3",
      "0x1f",
      "~",
      "null",
      ".inf",
      "2026-11-20",
      "a: b",
      "a #b",
      "4 of 12",
      "4 e5",
      "toString",
    ),
  )
  .map(kept);

const FORBIDDEN = ["__proto__", "constructor", "prototype"];
export const anyKey: fc.Arbitrary<string> = anyString.filter((key) => !FORBIDDEN.includes(key));

/** Plain values as YAML and JSON hold them. */
export const plainValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyString,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(anyKey, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

export const taskId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}(\.[a-z0-9-]{1,9}){0,2}$/);
export const subtaskId = fc.stringMatching(/^[a-z]([a-z0-9]|-[a-z0-9]){0,12}$/);
export const address = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,12}(@[a-z0-9]{1,5})?$/);
export const messageId = fc.stringMatching(/^[mq]-[0-9a-f]{24}$/);
export const time = fc
  .date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());

/** A record in which any of the optional fields may be missing (not `undefined`). */
export function record<T extends object, O extends object>(
  required: { [K in keyof T]: fc.Arbitrary<T[K]> },
  optional: { [K in keyof O]: fc.Arbitrary<O[K]> },
): fc.Arbitrary<T & Partial<O>> {
  return fc.record<T & O>(
    { ...required, ...optional } as { [K in keyof (T & O)]: fc.Arbitrary<(T & O)[K]> },
    {
      requiredKeys: Object.keys(required) as (keyof (T & O))[],
      noNullPrototype: true,
    },
  ) as fc.Arbitrary<T & Partial<O>>;
}

export const amounts = record<object, { tasks: number; tokens: number; usd: number; seconds: number }>(
  {},
  {
    tasks: fc.nat(),
    tokens: fc.nat(),
    usd: fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs),
    seconds: fc.nat(),
  },
);
