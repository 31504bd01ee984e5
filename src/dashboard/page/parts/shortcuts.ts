import { useEffect } from "preact/hooks";
import { go } from "../route.ts";

/** What a key, or two one after another, does. */
export const SHORTCUTS: readonly (readonly [keys: string, does: string])[] = [
  ["/", "Search"],
  ["g h", "What needs you"],
  ["g a", "Agents"],
  ["g w", "Give work"],
  ["?", "This list"],
];

/** Between the two keys of one. Milliseconds. */
const TOGETHER = 1000;
const STORED = "clawflow-shortcuts";

/** Some read the page by tools that use single keys for themselves. */
export function areShortcutsOn(): boolean {
  return localStorage.getItem(STORED) !== "off";
}

export function setShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, "off");
}

export function useShortcuts(showHelp: () => void): void {
  useEffect(() => {
    let before = { key: "", at: 0 };
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !areShortcutsOn())
        return;
      const isSecond = before.key === "g" && event.timeStamp - before.at < TOGETHER;
      before = { key: event.key, at: event.timeStamp };
      const action = actionOf(isSecond ? `g ${event.key}` : event.key, showHelp);
      if (action === undefined) return;
      event.preventDefault();
      action();
    }
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [showHelp]);
}

function actionOf(keys: string, showHelp: () => void): (() => void) | undefined {
  switch (keys) {
    case "/":
      return () => document.querySelector<HTMLInputElement>(".top input[type=search]")?.focus();
    case "?":
      return showHelp;
    case "g h":
      return () => go({ view: "home" });
    case "g a":
      return () => go({ view: "agents" });
    case "g w":
      return () => go({ view: "give" });
    default:
      return undefined;
  }
}

/** In a field a key is a letter, and in a dialog it is the dialog's. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("dialog") !== null) return true;
  return target.matches("input:not([type=checkbox]), textarea, select");
}
