import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Disk } from "../../src/store/disk.ts";
import { nodeDisk } from "../../src/store/node-disk.ts";
import { VirtualDisk } from "./virtual-disk.ts";

const path = fc.constantFrom("/a", "/b", "/a/c", "/a/d", "/b/c", "/b/c/e", "/b/c/f");
const content = fc.constantFrom("", "x", "text", "\0\0");
const operation = fc.oneof(
  fc.record({ call: fc.constantFrom("read", "list", "stat", "unlink", "rmdir", "mkdir", "sync"), path }),
  fc.record({ call: fc.constantFrom("link", "rename"), path, to: path }),
  fc.record({ call: fc.constantFrom("create", "replace"), path, content }),
  fc.record({ call: fc.constant("append"), path, content, size: fc.nat(10) }),
);
type Operation = { call: string; path: string; to?: string; content?: string; size?: number };

/** What a process sees of one call: its result, or the code of its error. */
async function outcome(disk: Disk, root: string, step: Operation): Promise<unknown> {
  try {
    return await perform(disk, root + step.path, root + step.to, step);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? error;
  }
}

function perform(disk: Disk, path: string, to: string, { call, content = "", size = 0 }: Operation): unknown {
  switch (call) {
    case "read":
      return Buffer.from(disk.read(path)).toString("latin1");
    case "list":
      return disk.list(path).sort();
    case "stat": {
      const stat = disk.stat(path);
      return stat?.kind === "file" ? [stat.size, stat.nlink] : stat?.kind;
    }
    case "link":
    case "rename":
      return disk[call](path, to);
    case "create":
    case "replace":
      return disk[call](path, content);
    case "append":
      return append(disk, path, content, size);
    case "sync":
      return disk.sync([path], [path]);
    case "unlink":
    case "rmdir":
    case "mkdir":
      return disk[call](path);
    default:
      throw new Error(`unknown call ${call}`);
  }
}

function append(disk: Disk, path: string, content: string, size: number): number[] {
  const file = disk.openAppend(path);
  try {
    file.append(Buffer.from(content));
    const before = file.size;
    if (size > 0) file.truncate(size);
    file.append(Buffer.from(content));
    return [before, file.size];
  } finally {
    file.close();
  }
}

property.prop([fc.array(operation, { minLength: 20, maxLength: 80 })], { numRuns: 100 })(
  "a process sees of the virtual disk what it would see of a real one, error codes too",
  async (operations) => {
    const root = mkdtempSync(join(tmpdir(), "clawflow-virtual-"));
    try {
      const real = nodeDisk();
      const virtual = new VirtualDisk().attach();
      for (const [index, step] of operations.entries()) {
        const label = `${index}: ${JSON.stringify(step)}`;
        const expected = await outcome(real, root, step);
        expect([label, await outcome(virtual, "", step)]).toEqual([label, expected]);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
);
