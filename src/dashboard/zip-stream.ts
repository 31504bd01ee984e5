import { Zip, ZipDeflate } from "fflate";
import type { ReadDisk } from "../store/disk.ts";
import { unlessMissing } from "../store/disk-error.ts";
import type { JobFile } from "../view/export/job-files.ts";

/** Files as a zip, each read when the ones before it were taken: only one is in memory at a time. */
export function zipStream(disk: ReadDisk, files: Iterator<JobFile>): ReadableStream<Uint8Array> {
  const zip = new Zip();
  let isEnded = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      zip.ondata = (error, data, final) => {
        if (error !== null) return controller.error(error);
        controller.enqueue(data);
        if (final) controller.close();
      };
    },
    async pull() {
      // Others are served between two files.
      await new Promise((resolve) => setImmediate(resolve));
      if (isEnded) return;
      const file = nextFile(disk, files);
      if (file === undefined) {
        isEnded = true;
        zip.end();
        return;
      }
      const entry = new ZipDeflate(file.name, { level: 6 });
      zip.add(entry);
      entry.push(file.bytes, true);
    },
    cancel() {
      isEnded = true;
      zip.terminate();
    },
  });
}

/** Files that are gone by now are passed over. */
function nextFile(disk: ReadDisk, files: Iterator<JobFile>): { name: string; bytes: Uint8Array } | undefined {
  for (;;) {
    const next = files.next();
    if (next.done === true) return undefined;
    const { name, path } = next.value;
    const bytes = unlessMissing(() => disk.read(path));
    if (bytes !== undefined) return { name, bytes };
  }
}
