import type { Row } from "./rows.ts";
import type { State } from "./state.ts";
import { line, span, wrapText } from "./styled.ts";

/** A message as it stands in its file, below where it stands. */
export function messageRows({ facts: { message }, size }: State): Row[] {
  if (message === undefined) return [];
  const { places, text } = message;
  return [
    ...places.flatMap(({ agent, place, path }) =>
      wrapText(`${agent} ${place}: ${path}`, size.columns).map((shown) => ({
        line: line(span(shown, "dim")),
      })),
    ),
    { line: line("") },
    ...wrapText(text.trimEnd(), size.columns).map((shown) => ({ line: line(shown) })),
  ];
}
