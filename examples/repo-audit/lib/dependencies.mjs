// What a project depends on: the manifest's wish, what is installed or locked, and under which licence.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { licenceOf, parseObject } from "./licences.mjs";
import { cargoDependencies, goDependencies, pythonDependencies, requirements } from "./manifests.mjs";
import { shorten } from "./text.mjs";

const READERS = {
  "package.json": npm,
  "pyproject.toml": (manifest) => pythonDependencies(manifest.text),
  "requirements.txt": (manifest) => requirements(manifest.text),
  "Cargo.toml": (manifest) => cargoDependencies(manifest.text),
  "go.mod": (manifest) => goDependencies(manifest.text),
};
const SCOPES = {
  dependencies: "",
  devDependencies: "development",
  optionalDependencies: "optional",
  peerDependencies: "peer",
};

export function isManifest(name) {
  return Object.hasOwn(READERS, name);
}

/** `[[manifest, name, wanted, found, licence, scope]]`; unknown is an empty text. A manifest that is broken has none. */
export function readDependencies(root, path, name, text) {
  const found = READERS[name]({ root, path, text });
  return found.map((one) => [
    path,
    ...[one.name, one.wanted, one.found, one.licence, one.scope].map((part) =>
      shorten(String(part ?? ""), 80),
    ),
  ]);
}

function npm({ root, path, text }) {
  const manifest = parseObject(text);
  const lock = parseObject(read(join(root, dirname(path), "package-lock.json")));
  return Object.entries(SCOPES).flatMap(([field, scope]) => {
    const wishes = manifest?.[field];
    if (typeof wishes !== "object" || wishes === null || Array.isArray(wishes)) return [];
    return Object.entries(wishes).map(([name, wanted]) => {
      const installed = installedPackage(root, dirname(path), name);
      const locked = lock?.packages?.[`node_modules/${name}`];
      const licence = licenceOf(installed) || licenceOf(locked);
      return { name, wanted, found: installed?.version ?? locked?.version, licence, scope };
    });
  });
}

/** As Node looks for it, in the folder and above, but never outside of what is audited. */
function installedPackage(root, folder, name) {
  if (!/^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name) || /(?:^|\/)\.\.?$/.test(name)) return undefined;
  for (let at = folder; ; at = dirname(at)) {
    const file = join(root, at, "node_modules", name, "package.json");
    if (existsSync(file)) return parseObject(read(file));
    if (at === "." || at === "") return undefined;
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
