import { useEffect } from "preact/hooks";

let view = "";
let needs = 0;

function write(): void {
  const count = needs > 0 ? `(${needs}) ` : "";
  document.title = `${count}${view === "" ? "" : `${view} · `}Clawflow`;
}

/** What the browser's tab says of this view; how much needs a person stands before it. */
export function useTitle(text: string): void {
  useEffect(() => {
    view = text;
    write();
  }, [text]);
}

/** How much needs a person now. */
export function useNeeds(count: number): void {
  useEffect(() => {
    needs = count;
    write();
  }, [count]);
}
