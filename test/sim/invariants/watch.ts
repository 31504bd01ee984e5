import type { Editor } from "../editor.ts";
import type { Letters } from "../letters.ts";
import type { DiskWatcher, VirtualDisk } from "../virtual-disk.ts";
import type { VirtualFile } from "../virtual-file.ts";
import type { VirtualFolder, VirtualNode } from "../virtual-folder.ts";
import { Book, type BookRules } from "./book.ts";
import { Mail } from "./mail.ts";
import { RecordReader } from "./read-records.ts";

export interface WatchRules extends Omit<BookRules, "isByHuman"> {
  isUp(agent: string): boolean;
  isStranger(name: string): boolean;
  editor: Editor;
}

/** Looks on at a machine, and complains at once when something is so that must never be. */
export class Watch implements DiskWatcher {
  readonly book: Book;
  private readonly mail: Mail;
  private readonly records = new RecordReader();
  private readonly rules: WatchRules;
  private readonly machine: VirtualDisk;
  /** Tasks in whose folders something has changed. */
  private touched = new Set<string>();

  constructor(machine: VirtualDisk, letters: Letters, rules: WatchRules) {
    this.rules = rules;
    this.machine = machine;
    this.book = new Book({ ...rules, isByHuman: (name) => this.mail.byHuman.has(name) }, letters);
    this.mail = new Mail(machine, letters, {
      sent: (name) => this.book.sentNames.get(name),
      isStranger: (name) => rules.isStranger(name),
      isUp: (agent) => rules.isUp(agent),
      fault: (text) => rules.fault(text),
    });
    machine.watcher = this;
  }

  named(
    folder: VirtualFolder,
    name: string,
    node: VirtualNode | undefined,
    before: VirtualNode | undefined,
  ): void {
    this.mail.named(folder, name, node, before);
    if (name === "task.md" && this.rules.editor.written.length > 0) this.touched.add(folder.path);
  }

  opened(path: string, file: VirtualFile): void {
    if (/\/journal(\.new)?$/.test(path)) this.records.watch(file);
  }

  durable(file: VirtualFile): void {
    for (const batch of this.records.next(file)) this.book.take(batch);
  }

  /** Everything has gone on that could: between two steps. */
  look(): void {
    this.mail.look();
    if (this.touched.size === 0) return;
    const { touched } = this;
    this.touched = new Set();
    for (const folder of touched) {
      const [, agent = "", task = ""] = /^\/w\/([^/]+)\/tasks\/([^/]+)$/.exec(folder) ?? [];
      if (this.rules.isUp(agent)) this.rules.editor.checkTask(this.machine, agent, task, this.rules.fault);
    }
  }

  /** A host has opened its workspaces, or all have stopped. */
  lookAtAll(agents: readonly string[]): void {
    this.mail.lookAtAll(agents);
  }

  powerCut(): void {
    this.mail.forget();
    this.touched.clear();
  }
}
