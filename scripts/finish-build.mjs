// After tsc: the command can be executed, and nothing is left in dist/ of a source that is gone.
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const project = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(project, "dist");
const command = join(dist, "cli", "main.js");
/** Built by `npm run build:plugin`, and by build-page.mjs. */
const others = [join(dist, "openclaw-plugin", "/"), join(dist, "dashboard", "page", "/")];

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !/\.(d\.ts|js)$/.test(path) || others.some((other) => path.startsWith(other)))
    continue;
  const source = join(project, "src", relative(dist, path).replace(/\.(d\.ts|js)$/, ".ts"));
  if (!existsSync(source)) rmSync(path);
}

if (!readFileSync(command, "utf8").startsWith("#!/usr/bin/env node\n")) {
  throw new Error("src/cli/main.ts must begin with #!/usr/bin/env node");
}
chmodSync(command, 0o755);
