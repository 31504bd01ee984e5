import type { LogEvent } from "../../protocol/log-event.ts";
import type { ReadDisk } from "../../store/disk.ts";
import type { WorkspacePaths } from "../../store/layout.ts";
import { readText } from "../read-text.ts";

/** The events of files that `clawflow gc` removed, as it noted them. Lines that are damaged are passed over. */
export function goneEvents(disk: ReadDisk, paths: WorkspacePaths): LogEvent[] {
  return (readText(disk, paths.events) ?? "").split("\n").flatMap((line) => {
    try {
      const { event } = JSON.parse(line) as { event?: LogEvent };
      return typeof event?.event === "string" && typeof event.time === "string" ? [event] : [];
    } catch {
      return [];
    }
  });
}
