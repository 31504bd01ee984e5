/**
 * Control characters but tabs and line breaks (escapes that command a terminal), other line breaks than the usual,
 * characters that change the direction of writing, and the invisible copies of ASCII by which text hides from people.
 */
const HIDDEN = /(?![\t\n]|\r\n)\p{Cc}|[\u2028-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/gu;

/** The text with what is made not to be seen written out as `\u{…}`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
