/** Wide letters count twice: most of those of East Asia, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** They turn the direction of what follows, or take no place. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is about
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** As much of a text as fits into a line of a drawing, where nothing wraps. @param most in letters of usual width */
export function fitText(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").replace(UNSEEN, "").trim();
  let width = 0;
  let fitting = "";
  for (const letter of line) {
    width += WIDE.test(letter) ? 2 : 1;
    if (width > most) return `${fitting.slice(0, Math.max(0, fitting.length - 1)).trimEnd()}…`;
    fitting += letter;
  }
  return line;
}
