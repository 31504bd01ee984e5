// What reading one bad or large message costs: `node --expose-gc parse-memory.mjs KIND` prints {bytes, heap, resident, result} in bytes.
import { fileURLToPath } from "node:url";

const { parseMessage } = await import(
  fileURLToPath(new URL("../../dist/protocol/message-codec.js", import.meta.url))
);
const MESSAGE = 4 * 1024 * 1024;
const HEAD = 256 * 1024;
const head =
  "clawflow: 2\ntype: task\nid: h-1\nfrom: human\nto: echo\ntask_id: t\nattempt: 1\nsent_at: now\n";

const body = (piece) => whole("", piece);
const lines = (start, piece, end) => {
  const room = HEAD - head.length - start.length - end.length - 1;
  return whole(`${start}${piece.repeat(Math.floor(room / piece.length))}${end}\n`, "x");
};
function whole(more, piece) {
  const text = `---\n${head}${more}---\n# Task: t\n\n## Instructions\n\n`;
  return Buffer.from(
    text + piece.repeat(Math.floor((MESSAGE - Buffer.byteLength(text)) / Buffer.byteLength(piece))),
  );
}

const KINDS = {
  "one line": () => body("x"),
  lines: () => body("a line of text\n"),
  headings: () => body("## Results\n\n"),
  fences: () => body("```\n"),
  "characters of four bytes": () => body("\u{1f600}"),
  "no text": () => Buffer.concat([body("x").subarray(0, MESSAGE - 1), Buffer.from([0xff])]),
  "a head of short lists": () => lines("own: [", "[], ", "x]"),
  "a head of pairs": () => lines("own: [", "{a: 1}, ", "x]"),
  "a head of short lists that is not simple": () => lines("own: [", "[],", "!!int 1]"),
  "a head of pairs that is not simple": () => lines("own: [", "a: 1,", "!!int 1]"),
  "a head of lines that is not simple": () => lines("own:\n", "  - a\n", "  - !!int 1"),
  "a head of faults": () => lines("own: ", "]", ""),
  "a head of levels": () => lines("own: ", "[", ""),
  "a head of comments": () => lines("", "# c\n", ""),
  "a head of tags": () => lines("own: [", "!x a, ", "x]"),
  "a head of aliases": () => lines("own: [&a x, ", "*a, ", "x]"),
  "a head of one text": () => lines('own: "', "a", '"'),
};

const kind = process.argv[2];
if (kind === undefined) console.log(JSON.stringify(Object.keys(KINDS)));
else {
  // What is loaded and compiled once is no cost of the message.
  attempt(Buffer.from(`---\n${head}own: [a, {b: "c"}] # d\n---\n# Task: t\n`));
  attempt(Buffer.from("---\nown: &a [!x b]\n---\n"));
  const bytes = KINDS[kind]();
  globalThis.gc();
  const before = { heap: heapNow(), resident: process.resourceUsage().maxRSS * 1024 };
  const result = attempt(bytes);
  const after = { heap: heapNow(), resident: process.resourceUsage().maxRSS * 1024 };
  console.log(
    JSON.stringify({
      bytes: bytes.length,
      heap: after.heap - before.heap,
      resident: after.resident - before.resident,
      result,
    }),
  );
}

function heapNow() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function attempt(bytes) {
  try {
    return parseMessage(bytes, { to: "echo" }).type;
  } catch (error) {
    return error.code ?? String(error);
  }
}
