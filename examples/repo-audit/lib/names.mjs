// Subtask ids from names of folders: they are read in `clawflow tree` and in the names of messages.
import { createHash } from "node:crypto";

const LONGEST = 40;

/**
 * `<verb>-<label>`, of a-z 0-9 and single dashes; where two come out the same, each gets a hash of its label. `within`
 * is the area they all lie in, which need not be said again.
 */
export function subtaskIds(verb, labels, within = "") {
  const plain = labels.map(
    (label) => `${verb}-${slug(within === "" ? label : label.replaceAll(`${within}/`, ""))}`,
  );
  return plain.map((id, index) => {
    const unique = plain.indexOf(id) === plain.lastIndexOf(id);
    return unique ? id : `${id}-${hash(`${index}:${labels[index]}`)}`;
  });
}

function slug(label) {
  const text = label
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\.[a-z]{1,4}(?![a-z0-9/.])/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, "");
  return text === "" ? hash(label) : text;
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
