import { toast } from "./toast-list.ts";

/** A command as a person would type it, to be copied. */
export function CommandLine({ command }: { command: string }) {
  return (
    <span class="command">
      <code>{command}</code>
      <button type="button" class="copy" onClick={() => copy(command)} aria-label={`Copy: ${command}`}>
        Copy
      </button>
    </span>
  );
}

function copy(command: string): void {
  navigator.clipboard.writeText(command).then(
    () => toast({ text: "Copied" }),
    () => toast({ text: "The browser does not let this page copy", tone: "bad" }),
  );
}
