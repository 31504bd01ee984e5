import { readFileSync, writeFileSync } from "node:fs";

/**
 * Puts sections, each with a line `### TITLE` above it, between the lines `<!-- begin NAME -->` and `<!-- end NAME -->` of a page. Of those that
 * are not given what stands there stays; what is no section does not.
 *
 * @param {readonly { title: string, text: string }[]} sections @param {readonly string[]} order titles as they are to stand
 */
export function writeSections(path, name, sections, order) {
  const page = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} lacks the lines ${begin} and ${end}`);
  const all = new Map();
  for (const part of page.slice(from + begin.length, to).split(/^(?=### )/m)) {
    const title = /^### (.*)\n/.exec(part)?.[1];
    if (title !== undefined) all.set(title, part.trim());
  }
  const stranger = sections.find(({ title }) => !order.includes(title));
  if (stranger !== undefined) throw new Error(`${stranger.title} has no place on ${path}`);
  for (const { title, text } of sections) all.set(title, `### ${title}\n\n${text}`);
  const text = order.flatMap((title) => all.get(title) ?? []).join("\n\n");
  writeFileSync(path, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
