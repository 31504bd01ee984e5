import { LAYOUT_VERSION, workspaceFolders } from "../../store/layout.ts";
import { layoutVersion } from "../../store/migrations.ts";
import type { Patient } from "./finding.ts";

/** The version of the layout, and the folders that belong to it. @returns false where this program must not go further */
export function examineLayout({ disk, paths, host, found }: Patient): boolean {
  const version = layoutVersion(disk, paths);
  if (version > LAYOUT_VERSION) {
    found({
      kind: "layout",
      path: paths.version,
      text: `a newer version of Clawflow made this workspace: layout ${version}, here at most ${LAYOUT_VERSION}`,
      todo: "update Clawflow",
    });
    return false;
  }
  const open = { fix: "writes it anew", mends: [{ do: "open" }] } as const;
  if (version < LAYOUT_VERSION) {
    found({
      kind: "layout",
      path: paths.root,
      text: "files as version 1 of the protocol left them: no host has gone on with their open tasks yet",
      fix: "moves archived messages to the folders of their days, and takes open tasks on; so does the next host",
      mends: [{ do: "open" }],
    });
    return false;
  }
  const isOwned = disk.stat(paths.owner) !== undefined;
  if (Number.isNaN(version))
    found({ kind: "layout", path: paths.version, text: "the version of the layout cannot be read", ...open });
  else if (isOwned && disk.stat(paths.version) === undefined)
    found({ kind: "layout", path: paths.version, text: "the version of the layout is missing", ...open });
  if (!isOwned || host !== undefined) return true;
  for (const folder of workspaceFolders(paths)) {
    if (disk.stat(folder) !== undefined) continue;
    found({
      kind: "layout",
      path: folder,
      text: "a folder of the workspace is missing",
      fix: "makes it; so does the next host",
      mends: [{ do: "open" }],
    });
  }
  return true;
}
