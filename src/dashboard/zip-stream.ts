import type { ReadDisk } from "../store/disk.ts";
import type { JobFile } from "../view/export/job-files.ts";
import { zipFiles } from "../view/export/zip-files.ts";

/** Files as a zip, each read when the ones before it were taken: only one is in memory at a time. */
export function zipStream(disk: ReadDisk, files: Iterable<JobFile>): ReadableStream<Uint8Array> {
  const chunks = zipFiles(disk, files);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      // Others are served between two files.
      await new Promise((resolve) => setImmediate(resolve));
      const next = chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel() {
      chunks.return(undefined);
    },
  });
}
