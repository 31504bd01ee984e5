import { readFileSync, writeFileSync } from "node:fs";

/** Puts `text` between the lines `<!-- begin NAME -->` and `<!-- end NAME -->` of a page, in place of what stands there. */
export function writeBetween(path, name, text) {
  changeBetween(path, name, () => text);
}

/**
 * The same for sections that begin with a line `### TITLE`: what stands there of those that are not given stays, what is no section does not.
 *
 * @param {readonly { title: string, text: string }[]} sections @param {readonly string[]} order titles as they are to stand
 */
export function writeSections(path, name, sections, order) {
  changeBetween(path, name, (before) => {
    const all = new Map();
    for (const part of before.split(/^(?=### )/m)) {
      const title = /^### (.*)$/m.exec(part)?.[1];
      if (part.startsWith("### ") && title !== undefined) all.set(title, part.trim());
    }
    for (const { title, text } of sections) all.set(title, `### ${title}\n\n${text}`);
    return order.flatMap((title) => all.get(title) ?? []).join("\n\n");
  });
}

function changeBetween(path, name, change) {
  const page = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} lacks the lines ${begin} and ${end}`);
  const text = change(page.slice(from + begin.length, to));
  writeFileSync(path, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
