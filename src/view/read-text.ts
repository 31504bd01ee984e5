import type { ReadDisk } from "../store/disk.ts";
import { unlessMissing } from "../store/disk-error.ts";

/** The text of a file; `undefined`: it is not there (any more). Bytes that are not UTF-8 become U+FFFD. */
export function readText(disk: ReadDisk, path: string): string | undefined {
  const bytes = unlessMissing(() => disk.read(path));
  return bytes === undefined
    ? undefined
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** Names in a folder, sorted; none where there is no such folder. `most`: so many of them suffice. */
export function listNames(disk: ReadDisk, folder: string, most?: number): string[] {
  return (unlessMissing(() => disk.list(folder, most)) ?? []).sort();
}
