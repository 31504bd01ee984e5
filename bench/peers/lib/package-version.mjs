import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Of a package that is installed here; not every one exports its package.json. */
export function packageVersion(name) {
  const path = join(import.meta.dirname, "..", "node_modules", name, "package.json");
  return JSON.parse(readFileSync(path, "utf8")).version;
}
