import { posix, relative } from "node:path";
import { inlineText } from "../markdown.ts";

/**
 * A link that Obsidian and every viewer of Markdown resolves: relative to the note.
 *
 * @param note its name relative to the vault
 * @param target absolute
 * @param vault absolute
 */
export function linkTo(text: string, note: string, target: string, vault: string): string {
  const path = relative(vault, target).replaceAll("\\", "/");
  return linkInside(text, note, path);
}

/** The same where the target is given relative to the vault, as of notes. */
export function linkInside(text: string, note: string, target: string): string {
  const path = posix.relative(posix.dirname(note), target);
  return `[${inlineText(text, 120) || "untitled"}](${path.split("/").map(encoded).join("/")})`;
}

/** A link as a property holds it, where only links of Obsidian's own form are links. @param target relative to the vault */
export function propertyLink(target: string, text: string): string {
  return `[[${target}|${text.replace(/[[\]|\n\r]+/g, " ").trim() || "untitled"}]]`;
}

function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[()'!*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}
