// The part of the report on files with the same content.
import { code, section } from "./markdown.mjs";
import { plural, size } from "./text.mjs";

const SHOWN = 25;

/** `{groups: [[bytes, hash, count, paths]], extra, bytes}`: what could go, most of it first. */
export function duplicates(twins) {
  const groups = twins.entries.filter(([, , count]) => count > 1);
  const waste = ([bytes, , count]) => bytes * (count - 1);
  groups.sort((a, b) => waste(b) - waste(a) || (a[3][0] < b[3][0] ? -1 : 1));
  return {
    groups,
    extra: groups.reduce((sum, [, , count]) => sum + count - 1, 0),
    bytes: groups.reduce((sum, group) => sum + waste(group), 0),
  };
}

export function duplicateSection({ groups, extra, bytes }, floor) {
  const limit = floor === undefined ? "" : `Only files larger than ${size(floor[0])} could be compared.`;
  if (groups.length === 0) return section("Duplicate files", limit);
  const lines = groups.slice(0, SHOWN).map(([each, , count, paths]) => {
    const rest = count > paths.length ? ` and ${count - paths.length} more` : "";
    return `- ${plural(count, "file")} of ${size(each)}: ${paths.map(code).join(", ")}${rest}`;
  });
  const more = groups.length > SHOWN ? `The first ${SHOWN} of ${groups.length} groups.` : "";
  const head = `${plural(extra, "file")} (${size(bytes)}) could go. ${more} ${limit}`
    .replace(/ {2,}/g, " ")
    .trim();
  return section("Duplicate files", head, lines.join("\n"));
}
