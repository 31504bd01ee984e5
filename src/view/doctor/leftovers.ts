import { join } from "node:path";
import { sha256 } from "../../protocol/ids.ts";
import { unlessMissing } from "../../store/disk-error.ts";
import { parseKeptName } from "../../store/kept-files.ts";
import { listOpenTasks } from "../read-task.ts";
import { listNames } from "../read-text.ts";
import { ageOf, type Patient } from "./finding.ts";

/** So long may somebody take to deliver a message. */
const DELIVERY = 3600 * 1000;

/** One by one so many files in `tmp/` are told of, and so many are counted. */
const MOST_TOLD = 100;
const MOST_COUNTED = 20_000;

/** What a host or an editor left behind. */
export function examineLeftovers(patient: Patient): void {
  examineSetAside(patient);
  if (patient.host !== undefined) return;
  examineStaged(patient);
  examineKept(patient);
}

function examineStaged({ disk, paths, now, found }: Patient): void {
  const names = listNames(disk, paths.tmp, MOST_COUNTED);
  let count = 0;
  for (const name of names) {
    const path = join(paths.tmp, name);
    const stat = disk.stat(path);
    const givenUp = name.startsWith("d-") && now - (stat?.mtimeMs ?? now) > DELIVERY;
    if (stat?.kind !== "file" || !(name.startsWith("s-") || givenUp)) continue;
    if (++count > MOST_TOLD) continue;
    const text = givenUp
      ? `a delivery that was given up ${ageOf(stat.mtimeMs, now)} ago`
      : "left over by a host that has ended";
    found({
      kind: "leftover",
      path,
      text,
      fix: "removes it; so does the next host",
      mends: [{ do: "open" }],
    });
  }
  if (count > MOST_TOLD) {
    const more = names.length < MOST_COUNTED ? `${count - MOST_TOLD}` : "many";
    found({
      kind: "leftover",
      path: paths.tmp,
      text: `${more} more such files`,
      fix: "removes 20,000 of them at a time; so does each host that begins",
      mends: [{ do: "open" }],
    });
  }
  for (const name of listNames(disk, paths.own)) {
    const path = join(paths.own, name);
    if (!/\.new(\.\d+)?$/.test(name) || disk.stat(path)?.kind !== "file") continue;
    found({
      kind: "leftover",
      path,
      text: "half written by a host that has ended",
      fix: "removes it",
      mends: [{ do: "discard", path }],
    });
  }
}

/** Files that were replaced, and into which an editor wrote afterwards. Those of an open task are taken as an edit by the next host. */
function examineKept({ disk, paths, now, found }: Patient): void {
  const open = new Set(listOpenTasks(disk, paths));
  for (const name of listNames(disk, paths.kept)) {
    const path = join(paths.kept, name);
    const { start, folder } = parseKeptName(name);
    const stat = disk.stat(path);
    const bytes = stat?.kind === "file" ? unlessMissing(() => disk.read(path)) : undefined;
    if (stat === undefined || bytes === undefined || bytes.length === 0) continue;
    if (folder !== "" && sha256(bytes).startsWith(start)) continue;
    const text = `a text that an editor saved into task.md when it had just been replaced, ${ageOf(stat.mtimeMs, now)} ago`;
    if (open.has(folder))
      found({ kind: "leftover", path, text: `${text}; the next host takes it as an edit` });
    else
      found({
        kind: "leftover",
        path,
        text: `${text}; its task is not open any more`,
        fix: "moves it to .clawflow/lost+found",
        mends: [{ do: "set-aside", path }],
      });
  }
}

function examineSetAside({ disk, paths, now, found }: Patient): void {
  const open = new Set(listOpenTasks(disk, paths));
  for (const folder of listNames(disk, paths.tasks)) {
    for (const name of listNames(disk, join(paths.tasks, folder))) {
      const path = join(paths.tasks, folder, name);
      const age = () => ageOf(disk.stat(path)?.mtimeMs ?? now, now);
      if (/^task\.rejected-.*\.md$/.test(name)) {
        const text = `a text of task.md that was not understood and had to be replaced ${age()} ago; it is yours to remove`;
        found({ kind: "leftover", path, text });
      } else if (name === "task.problem.md" && !open.has(folder)) {
        found({
          kind: "leftover",
          path,
          text: `what was not taken of an edit, ${age()} ago; it is yours to remove`,
        });
      }
    }
  }
}
