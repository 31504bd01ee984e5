import { readFileSync, writeFileSync } from "node:fs";

/** Puts `text` between the lines `<!-- begin NAME -->` and `<!-- end NAME -->` of a page, in place of what stands there. */
export function writeBetween(path, name, text) {
  const page = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} lacks the lines ${begin} and ${end}`);
  writeFileSync(path, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
