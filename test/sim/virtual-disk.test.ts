import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Disk } from "../../src/store/disk.ts";
import { seededRandom } from "./random.ts";
import { VirtualDisk } from "./virtual-disk.ts";
import { ProcessDied } from "./virtual-errors.ts";
import { settled } from "./virtual-time.ts";

const text = (disk: Disk, path: string): string => new TextDecoder().decode(disk.read(path));
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const exists = (disk: Disk, path: string): boolean => disk.stat(path) !== undefined;

/** What a power cut leaves, for many seeds: every outcome that `look` saw. */
async function outcomes(
  act: (disk: Disk, machine: VirtualDisk) => void | Promise<void>,
  look: (disk: Disk) => string,
): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const machine = new VirtualDisk();
    await act(machine.attach(), machine);
    machine.crash(seededRandom(seed));
    seen.add(look(machine.attach()));
  }
  return seen;
}

describe("a power cut", () => {
  it("keeps a file whose content and name were synced", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.mkdir("/d");
        disk.create("/d/f", "content");
        await disk.sync(["/d/f"], ["/", "/d"]);
      },
      (disk) => text(disk, "/d/f"),
    );
    expect([...seen]).toEqual(["content"]);
  });

  it("H1: a name that was synced without its content may hold nothing, a part, or zeros", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.create("/f", "abc");
        await disk.sync([], ["/"]);
      },
      (disk) => text(disk, "/f").replaceAll("\0", "0"),
    );
    for (const outcome of ["", "a", "ab", "abc", "000", "a0", "ab0"]) expect(seen).toContain(outcome);
    for (const outcome of seen) expect(outcome).toMatch(/^a?b?c?0*$/);
  });

  it("H2: content that was synced without its name may be gone", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.mkdir("/d");
        disk.create("/d/f", "abc");
        await disk.sync(["/d/f"], ["/"]);
      },
      (disk) => (exists(disk, "/d/f") ? text(disk, "/d/f") : "gone"),
    );
    expect([...seen].sort()).toEqual(["abc", "gone"]);
  });

  it("may take a folder away with all that was synced in it", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.mkdir("/d");
        disk.create("/d/f", "abc");
        await disk.sync(["/d/f"], ["/d"]);
      },
      (disk) => `${exists(disk, "/d")} ${exists(disk, "/d/f")}`,
    );
    expect([...seen].sort()).toEqual(["false false", "true true"]);
  });

  it("keeps or drops each name by itself", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.create("/old", "");
        await disk.sync([], ["/"]);
        disk.create("/new", "");
        disk.link("/old", "/second");
        disk.unlink("/old");
      },
      (disk) => disk.list("/").sort().join(),
    );
    for (const outcome of ["old", "old,second", "new", "second", "new,old,second", ""]) {
      expect(seen).toContain(outcome);
    }
  });

  it("leaves either or both names of a rename, also of a chain of them and across folders", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.mkdir("/d");
        disk.create("/a", "x");
        await disk.sync(["/a"], ["/", "/d"]);
        disk.rename("/a", "/b");
        disk.rename("/b", "/d/c");
      },
      (disk) => [...disk.list("/").filter((name) => name !== "d"), ...disk.list("/d")].sort().join(),
    );
    expect([...seen].sort()).toEqual(["a", "a,b", "a,b,c", "a,c", "b", "b,c", "c"]);
  });

  it("a rename whose old folder was synced keeps the new name", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.mkdir("/d");
        disk.mkdir("/e");
        disk.create("/d/a", "x");
        await disk.sync(["/d/a"], ["/", "/d", "/e"]);
        disk.rename("/d/a", "/e/b");
        await disk.sync([], ["/d"]);
      },
      (disk) => `${disk.list("/d")}|${disk.list("/e")}`,
    );
    expect([...seen]).toEqual(["|b"]);
  });

  it("a replaced file is the old or the new one, the new one perhaps empty", async () => {
    const seen = await outcomes(
      async (disk) => {
        disk.create("/f", "old");
        await disk.sync(["/f"], ["/"]);
        disk.create("/stage", "new");
        disk.rename("/stage", "/f");
      },
      (disk) => text(disk, "/f").replaceAll("\0", "0"),
    );
    for (const outcome of ["old", "new", "", "000"]) expect(seen).toContain(outcome);
  });

  it("replace() is durable and whole, at whatever moment the power goes", async () => {
    for (let calls = 1; calls < 12; calls++) {
      for (let seed = 0; seed < 30; seed++) {
        const machine = new VirtualDisk();
        const disk = machine.attach();
        await disk.replace("/f", "old");
        disk.dieIn(calls, seededRandom(seed));
        await Promise.race([disk.replace("/f", "new").catch(() => {}), settled()]);
        const complete = disk.alive;
        machine.crash(seededRandom(seed + 1000));
        expect(complete ? ["new"] : ["old", "new"]).toContain(text(machine.attach(), "/f"));
      }
    }
  });

  it("tears what was appended since the last datasync at any byte", async () => {
    const seen = await outcomes(
      async (disk) => {
        const file = disk.openAppend("/log");
        file.append(bytes("one."));
        await file.datasync();
        await disk.sync([], ["/"]);
        file.append(bytes("two."));
      },
      (disk) => text(disk, "/log").replaceAll("\0", "0"),
    );
    for (const part of ["", "t", "tw", "two", "two.", "0000"]) expect(seen).toContain(`one.${part}`);
    for (const outcome of seen) expect(outcome).toMatch(/^one\.(t?w?o?\.?0*)$/);
  });

  it("H6: after a truncation old bytes may stand behind new ones", async () => {
    const seen = await outcomes(
      async (disk) => {
        const file = disk.openAppend("/log");
        file.append(bytes("old record."));
        await disk.sync(["/log"], ["/"]);
        file.truncate(0);
        file.append(bytes("new"));
      },
      (disk) => text(disk, "/log").replaceAll("\0", "0"),
    );
    for (const outcome of ["old record.", "new", "new record.", ""]) expect(seen).toContain(outcome);
  });

  it("H7: what a failed sync lost does not come back with the next one", async () => {
    const seen = await outcomes(
      async (disk, machine) => {
        const file = disk.openAppend("/log");
        file.append(bytes("one."));
        await disk.sync(["/log"], ["/"]);
        file.append(bytes("two."));
        machine.failNext("datasync", "EIO");
        await expect(file.datasync()).rejects.toMatchObject({ code: "EIO" });
        expect(text(disk, "/log")).toBe("one.two.");
        await file.datasync();
      },
      (disk) => text(disk, "/log").replaceAll("\0", "0"),
    );
    expect([...seen]).toEqual(["one.0000"]);
  });

  it("what is written while a sync runs is not part of it", async () => {
    let finish = (): void => {};
    const machine = new VirtualDisk({ hardware: () => new Promise((resolve) => (finish = resolve)) });
    const disk = machine.attach();
    const file = disk.openAppend("/log");
    file.append(bytes("one."));
    const sync = disk.sync(["/log"], ["/"]);
    file.append(bytes("two."));
    disk.create("/late", "");
    finish();
    await sync;
    machine.crash(() => 0);
    const after = machine.attach();
    expect(after.list("/")).toEqual(["log"]);
    expect(text(after, "/log")).toBe("one.");
  });

  it("syncAll makes everything durable, where it is to be had", async () => {
    const act = async (machine: VirtualDisk): Promise<boolean> => {
      const disk = machine.attach();
      disk.mkdir("/d/e");
      disk.create("/d/e/f", "x");
      const had = await disk.syncAll("/d");
      machine.crash(() => 0);
      return had && text(machine.attach(), "/d/e/f") === "x";
    };
    expect(await act(new VirtualDisk())).toBe(true);
    expect(await act(new VirtualDisk({ syncAll: false }))).toBe(false);
  });

  property.prop([fc.nat(), fc.nat()])("the same numbers give the same ruins", (seed, cut) => {
    const ruins = (): [string, string][] => {
      const machine = new VirtualDisk();
      const disk = machine.attach();
      const random = seededRandom(seed);
      for (let index = 0; index < 30; index++) {
        disk.create(`/f${index}`, `${random()}`);
        if (random() < 0.3) disk.rename(`/f${index}`, `/f${Math.floor(random() * index)}`);
      }
      machine.crash(seededRandom(cut));
      return Array.from(machine.files(), ([path, content]) => [path, Buffer.from(content).toString()]);
    };
    expect(ruins()).toEqual(ruins());
  });
});

describe("a killed process", () => {
  it("leaves what it wrote, and does nothing more", async () => {
    const machine = new VirtualDisk();
    const disk = machine.attach();
    disk.create("/f", "x");
    disk.kill();
    expect(() => disk.read("/f")).toThrow(ProcessDied);
    await expect(disk.sync([], [])).rejects.toThrow(ProcessDied);
    expect(text(machine.attach(), "/f")).toBe("x");
  });

  it("lets go of its open files", () => {
    const machine = new VirtualDisk({ capacity: 4 });
    const disk = machine.attach();
    disk.openAppend("/f").append(bytes("1234"));
    disk.unlink("/f");
    expect(() => machine.attach().create("/g", "1234")).toThrow(expect.objectContaining({ code: "ENOSPC" }));
    disk.kill();
    machine.attach().create("/g", "1234");
  });

  it("dies before, after or halfway through a call", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const machine = new VirtualDisk();
      const disk = machine.attach();
      disk.dieIn(2, seededRandom(seed));
      disk.mkdir("/d");
      expect(() => disk.create("/d/f", "ab")).toThrow(ProcessDied);
      const next = machine.attach();
      seen.add(exists(next, "/d/f") ? text(next, "/d/f") : "none");
    }
    expect([...seen].sort()).toEqual(["", "a", "ab", "none"]);
  });

  it("a sync that it began never ends, and makes nothing durable", async () => {
    let finish = (): void => {};
    const machine = new VirtualDisk({ hardware: () => new Promise((resolve) => (finish = resolve)) });
    const disk = machine.attach();
    disk.create("/f", "x");
    let ended = false;
    void disk.sync(["/f"], ["/"]).finally(() => (ended = true));
    disk.kill();
    finish();
    await settled();
    expect(ended).toBe(false);
    machine.crash(() => 0);
    expect(machine.attach().list("/")).toEqual([]);
  });
});

describe("faults", () => {
  it("a call fails once with the code that was ordered", () => {
    const machine = new VirtualDisk();
    const disk = machine.attach();
    machine.failNext("link", "EXDEV");
    disk.create("/f", "");
    expect(() => disk.link("/f", "/g")).toThrow(expect.objectContaining({ code: "EXDEV" }));
    disk.link("/f", "/g");
    expect(machine.counts).toMatchObject({ create: 1, link: 2 });
  });

  it("a full disk leaves no file and no part of an append, until there is space again", () => {
    const machine = new VirtualDisk({ capacity: 10 });
    const disk = machine.attach();
    disk.create("/f", "12345678");
    const full = expect.objectContaining({ code: "ENOSPC" });
    expect(() => disk.create("/g", "123")).toThrow(full);
    expect(disk.list("/")).toEqual(["f"]);
    const file = disk.openAppend("/log");
    expect(() => file.append(bytes("123"))).toThrow(full);
    expect(file.size).toBe(0);
    disk.link("/f", "/second");
    disk.unlink("/f");
    expect(() => file.append(bytes("123"))).toThrow(full);
    disk.unlink("/second");
    file.append(bytes("123"));
    expect(machine.written.bytes).toBe(11);
  });
});

describe("names", () => {
  it("have at most 255 bytes", () => {
    const disk = new VirtualDisk().attach();
    disk.create(`/${"é".repeat(127)}`, "");
    const tooLong = expect.objectContaining({ code: "ENAMETOOLONG" });
    expect(() => disk.create(`/${"é".repeat(128)}`, "")).toThrow(tooLong);
    expect(() => disk.stat(`/${"x".repeat(256)}`)).toThrow(tooLong);
  });

  it("H34: are one where they differ in case alone, on a disk that ignores it", () => {
    const disk = new VirtualDisk({ ignoresCase: true }).attach();
    disk.mkdir("/Tasks");
    disk.create("/tasks/Audit", "first");
    expect(() => disk.create("/tasks/audit", "")).toThrow(expect.objectContaining({ code: "EEXIST" }));
    expect(text(disk, "/TASKS/AUDIT")).toBe("first");
  });
});
