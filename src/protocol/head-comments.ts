import { Lexer } from "yaml";

/** What comes after this token is a text, even if it begins with `#`. */
const SCALAR = "\x1f";

/** The comments of a head, each with its `#`. */
export function headComments(head: string): string[] {
  const comments: string[] = [];
  let isText = false;
  for (const token of new Lexer().lex(head)) {
    if (!isText && token.startsWith("#")) comments.push(token.trimEnd());
    isText = token === SCALAR;
  }
  return comments;
}
