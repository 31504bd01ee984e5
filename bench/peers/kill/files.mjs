/** What `read` gives; undefined where the file went meanwhile. */
export function unlessGone(read) {
  try {
    return read();
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
