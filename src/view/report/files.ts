import { sha256 as hashOf } from "../../protocol/ids.ts";
import type { Attachment } from "../../protocol/task.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import { blobPath } from "../../store/layout.ts";
import type { RootView } from "../root-view.ts";

/** A file that came with a message, and whether it still is what was sent. */
export interface CheckedFile {
  name: string;
  bytes: number;
  media_type: string;
  sha256: string;
  /** Absolute. */
  path: string;
  /** `ok`: it is there and has this hash; `changed`: it has another. */
  check: "ok" | "missing" | "changed";
}

/** @param agent in whose workspace they lie */
export function checkedFiles(
  view: RootView,
  agent: string,
  attachments: readonly Attachment[] | undefined,
): CheckedFile[] {
  const paths = view.paths(agent);
  if (paths === undefined) return [];
  return (attachments ?? []).map(({ name, bytes, media_type, sha256 }) => {
    const path = blobPath(paths, sha256);
    return { name, bytes, media_type, sha256, path, check: checkFile(view, path, sha256) };
  });
}

function checkFile(view: RootView, path: string, sha256: string): CheckedFile["check"] {
  const bytes = unlessMissing(() => view.disk.read(path));
  if (bytes === undefined) return "missing";
  return hashOf(bytes) === sha256 ? "ok" : "changed";
}
