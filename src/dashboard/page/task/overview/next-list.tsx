import type { Report } from "../../../api-types.ts";
import { CommandLine } from "../../parts/command-line.tsx";

/** What a person would do now. */
export function NextList({ next }: { next: Report["next"] }) {
  if (next.length === 0) return null;
  return (
    <section>
      <h2>What can be done next</h2>
      <ul class="facts-list">
        {next.map(({ text, command }) => (
          <li key={text} dir="auto">
            {text} {command === undefined ? null : <CommandLine command={command.map(quoted).join(" ")} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
