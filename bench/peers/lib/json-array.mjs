import { readFile, writeFile } from "node:fs/promises";
import lockfile from "proper-lockfile";

/**
 * An inbox as several teams of agents have it: one JSON array in a file, read, changed and written in place under a lock. These are the
 * lock options of one of them, qwen-code; nothing is synced. Messages that were read stay, with `read: true`.
 */
const LOCK = {
  retries: { retries: 10, minTimeout: 5, maxTimeout: 100, factor: 2 },
  stale: 5000,
  onCompromised: () => {},
};

/** @throws ELOCKED where the lock is not to be had in time, SyntaxError where the file is no JSON */
export function push(path, message) {
  return changed(path, (messages) => [...messages, { ...message, read: false }]);
}

/** All that were not read: marked in the file first, then given. */
export async function takeUnread(path) {
  let taken = [];
  await changed(path, (messages) => {
    taken = messages.filter(({ read }) => !read);
    return taken.length === 0 ? undefined : messages.map((message) => ({ ...message, read: true }));
  });
  return taken;
}

export function emptyInbox(path) {
  return writeFile(path, "[]\n");
}

async function changed(path, change) {
  const release = await lockfile.lock(path, LOCK);
  try {
    const messages = change(JSON.parse(await readFile(path, "utf8")));
    if (messages !== undefined) await writeFile(path, `${JSON.stringify(messages, null, 2)}\n`);
  } finally {
    await release();
  }
}
