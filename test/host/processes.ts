import { readdirSync, readFileSync } from "node:fs";

/** Command lines of the processes, this one apart, whose environment or arguments name a folder; those that have ended do not count. */
export function processesOf(folder: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    const environment = read(`/proc/${pid}/environ`);
    const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
    if (command !== "" && (environment.includes(folder) || command.includes(folder)))
      found.push(`${pid} ${command}`);
  }
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
