import { Zip, ZipDeflate } from "fflate";
import type { ReadDisk } from "../../store/disk.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import type { JobFile } from "./job-files.ts";

/** Files as the bytes of a zip, in their order; each is read when the ones before it were taken. Those that are gone by now are left out. */
export function* zipFiles(disk: ReadDisk, files: Iterable<JobFile>): Generator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, data) => {
    if (error !== null) throw error;
    chunks.push(data);
  });
  for (const { name, path } of files) {
    const bytes = unlessMissing(() => disk.read(path));
    if (bytes === undefined) continue;
    const entry = new ZipDeflate(name, { level: 6 });
    const changed = disk.stat(path)?.mtimeMs;
    // A zip knows no time before 1980.
    if (changed !== undefined && changed > Date.UTC(1980, 1) && changed < Date.UTC(2099, 0))
      entry.mtime = changed;
    zip.add(entry);
    entry.push(bytes, true);
    yield* chunks.splice(0);
  }
  zip.end();
  yield* chunks.splice(0);
}
