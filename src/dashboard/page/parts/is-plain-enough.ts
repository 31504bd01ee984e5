/** Reading takes longer than in proportion to these: beyond, a hostile text would keep the page busy for seconds. Characters. */
const TEXT = 60_000;
const BLOCK = 12_000;
/** Quotes in quotes in quotes. */
const DEEP = /^[ >]{60,}/m;

/** Whether a text can be read as Markdown in a moment, whatever it holds; else it is shown as it stands. */
export function isPlainEnough(text: string): boolean {
  if (text.length > TEXT || DEEP.test(text)) return false;
  return text.split(/\n[ \t]*\n/).every((block) => block.length <= BLOCK);
}
