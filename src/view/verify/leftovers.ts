import { unlessMissing } from "../../store/disk-error.ts";
import { hostPaths } from "../../store/layout.ts";
import { hostDirectoryOf } from "../hosts.ts";
import { listNames } from "../read-text.ts";
import type { Evidence } from "./evidence.ts";
import type { Report } from "./finding.ts";

/** One by one so many files in `tmp/` are told of. */
const MOST_TOLD = 100;

/** When no host runs nothing is left in `tmp/` or in a journal. What is there while one runs, or after one was killed, is as it should be. */
export function checkLeftovers({ disk, agents }: Evidence, report: Report): void {
  const stopped = new Map<string, boolean>();
  for (const { agent, paths } of agents.values()) {
    const directory = hostDirectoryOf(disk, paths.root);
    if (directory === undefined) continue;
    const isStopped = stopped.get(directory) ?? wasStopped(disk, directory);
    if (!stopped.has(directory)) {
      stopped.set(directory, isStopped);
      if (isStopped) checkJournal(disk, directory, agent, report);
      else noteJournal(disk, directory, report);
    }
    report.saw("leftovers");
    if (!isStopped) continue;
    let count = 0;
    for (const name of listNames(disk, paths.tmp)) {
      if (name.startsWith("s-") && ++count <= MOST_TOLD)
        report.found({
          check: "leftovers",
          agent,
          file: `mailbox/tmp/${name}`,
          text: "left over by a host that has stopped",
        });
    }
    if (count > MOST_TOLD) {
      report.found({
        check: "leftovers",
        agent,
        file: "mailbox/tmp",
        text: `${count - MOST_TOLD} more such files`,
      });
    }
  }
}

function checkJournal(disk: Evidence["disk"], directory: string, agent: string, report: Report): void {
  const paths = hostPaths(directory);
  for (const path of [paths.journal, paths.oldJournal]) {
    report.saw("leftovers");
    const size = disk.stat(path)?.size ?? 0;
    if (size > 0)
      report.found({
        check: "leftovers",
        agent,
        file: path,
        text: `the host has stopped, but its journal holds ${size} bytes`,
      });
  }
}

/** What a journal holds may not stand in the files yet: a task in it looks as if it were not there. */
function noteJournal(disk: Evidence["disk"], directory: string, report: Report): void {
  const paths = hostPaths(directory);
  const size = (disk.stat(paths.journal)?.size ?? 0) + (disk.stat(paths.oldJournal)?.size ?? 0);
  const holds =
    size === 0
      ? ""
      : `; its journal holds ${size} bytes that the files may lack: verify again when a host has started and rests`;
  report.note(`the host of ${directory} runs, or was killed${holds}`);
}

/** The host gave its claim back. */
function wasStopped(disk: Evidence["disk"], directory: string): boolean {
  const bytes = unlessMissing(() => disk.read(hostPaths(directory).host));
  if (bytes === undefined) return false;
  try {
    return (JSON.parse(Buffer.from(bytes).toString("utf8")) as { released?: boolean }).released === true;
  } catch {
    return false;
  }
}
