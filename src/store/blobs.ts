import { basename, dirname, extname } from "node:path";
import { ClawflowError } from "../protocol/errors.ts";
import { sha256 } from "../protocol/ids.ts";
import type { Attachment } from "../protocol/task.ts";
import { syncPaths } from "./context.ts";
import { errorCode } from "./disk-error.ts";
import { blobPath } from "./layout.ts";
import type { Workspace } from "./workspace.ts";
import { MESSAGE_MODE } from "./workspace-files.ts";

const MEDIA_TYPES: Record<string, string> = {
  ".md": "text/markdown",
  ".txt": "text/plain",
  ".json": "application/json",
  ".csv": "text/csv",
  ".html": "text/html",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".jpg": "image/jpeg",
};

/** The content is copied and durable before this resolves, so a message may name it. */
export function putBlob(workspace: Workspace, sourcePath: string): Promise<Attachment> {
  return putContent(workspace, basename(sourcePath), readSource(workspace, sourcePath));
}

/** The same for a text that stands in no file. */
export function putBlobText(workspace: Workspace, name: string, text: string): Promise<Attachment> {
  return putContent(workspace, name, Buffer.from(text));
}

async function putContent(workspace: Workspace, name: string, bytes: Uint8Array): Promise<Attachment> {
  const { context, paths } = workspace;
  const hash = sha256(bytes);
  const path = blobPath(paths, hash);
  try {
    if (context.disk.stat(path)?.size === bytes.length) await syncPaths(context, [path], []);
    else await placeContent(workspace, path, bytes);
    await syncPaths(context, [], [dirname(path), paths.blobs]);
  } catch (error) {
    makeAnew(workspace, path, bytes);
    throw error;
  }
  const media_type = MEDIA_TYPES[extname(name).toLowerCase()] ?? "application/octet-stream";
  return { name, sha256: hash, bytes: bytes.length, media_type };
}

/** Durable before it has its name. */
async function placeContent(workspace: Workspace, path: string, bytes: Uint8Array): Promise<void> {
  const { context, files } = workspace;
  const staged = files.stage(bytes, MESSAGE_MODE);
  try {
    await syncPaths(context, [staged], []);
  } catch (error) {
    context.disk.unlink(staged);
    throw error;
  }
  files.folder(dirname(path));
  files.publish(staged, path);
}

/** A second sync would call good what the first one has lost: the next one is to be the first for a file and a name. */
function makeAnew({ context, files }: Workspace, path: string, bytes: Uint8Array): void {
  try {
    if (context.disk.stat(path) !== undefined) files.put(path, bytes, MESSAGE_MODE);
  } catch {
    // The disk does nothing any more.
  }
}

function readSource({ context }: Workspace, path: string): Uint8Array {
  const kind = context.disk.stat(path)?.kind;
  if (kind !== "file") {
    throw new ClawflowError("E_BLOB", "not a file that can be attached", {
      at: path,
      expected: "a plain file",
      found: kind ?? "nothing",
    });
  }
  return context.disk.read(path);
}

/** A blob of one workspace into another one, by a link where that is possible. `false`: the first has no such blob. */
export function shareBlob(from: Workspace, to: Workspace, hash: string): boolean {
  const source = blobPath(from.paths, hash);
  const target = blobPath(to.paths, hash);
  to.files.folder(dirname(target));
  try {
    // One that lies there already may have been put there by somebody who has not synced it yet.
    if (!to.files.linkNew(source, target)) to.context.touched.file(target);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return from.context.disk.stat(target) !== undefined;
    if (errorCode(error) !== "EXDEV" && errorCode(error) !== "EMLINK") throw error;
    to.files.put(target, from.context.disk.read(source), MESSAGE_MODE);
  }
  return true;
}
