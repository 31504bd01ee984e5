// Manifests that are not JSON, read line by line as far as dependencies go: `[{name, wanted, found?, licence?, scope}]`.

/** pyproject.toml: `[project]`, its optional groups, dependency groups, and Poetry's tables. */
export function pythonDependencies(text) {
  return tables(text).flatMap(({ table, key, value }) => {
    if (table === "project" && key === "dependencies") return requirementsOf(value, "");
    if (table === "project.optional-dependencies") return requirementsOf(value, key);
    if (table === "dependency-groups") return requirementsOf(value, key);
    if (table === "tool.poetry.dependencies") return key === "python" ? [] : [versioned(key, value, "")];
    const group = table.match(/^tool\.poetry\.(?:group\.([\w-]+)\.dependencies|(dev)-dependencies)$/);
    return group === null ? [] : [versioned(key, value, group[1] ?? group[2])];
  });
}

export function requirements(text) {
  return text.split(/\r?\n/).flatMap((line) => requirement(line.replace(/(?:^|\s)#.*$/, "").trim(), ""));
}

/** Cargo.toml: the three kinds of dependencies, also those of a target or the workspace. */
export function cargoDependencies(text) {
  return tables(text).flatMap(({ table, key, value }) => {
    const match = table.match(/(?:^|\.)(dev-|build-)?dependencies(?:\.([\w-]+))?$/);
    if (match === null) return [];
    const scope = { "dev-": "development", "build-": "build" }[match[1]] ?? "";
    if (match[2] === undefined) return [versioned(key, value, scope)];
    return key === "version" ? [versioned(match[2], value, scope)] : [];
  });
}

export function goDependencies(text) {
  const found = [];
  let inBlock = false;
  for (const line of text.split(/\r?\n/)) {
    const match = line.match(/^\s*(require\s+)?\(?\s*([^\s()]+\.[^\s()]+)\s+(v[^\s]+)(\s*\/\/ indirect)?/);
    if (match !== null && (inBlock || match[1] !== undefined)) {
      found.push({ name: match[2], wanted: match[3], scope: match[4] === undefined ? "" : "indirect" });
    }
    if (/^\s*require\s*\(/.test(line)) inBlock = true;
    else if (/^\s*\)/.test(line)) inBlock = false;
  }
  return found;
}

/** `[{table, key, value}]` of a TOML text; an array over several lines is one value. */
function tables(text) {
  const found = [];
  let table = "";
  let open;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/^((?:[^"'#]|"[^"]*"|'[^']*')*)#.*$/, "$1").trim();
    if (open !== undefined) {
      open.value += ` ${line}`;
      if (isClosed(open.value)) open = undefined;
      continue;
    }
    const head = line.match(/^\[+\s*([^\]]+?)\s*\]+$/);
    const entry = line.match(/^("[^"]+"|'[^']+'|[\w.-]+)\s*=\s*(.*)$/);
    if (head !== null) table = head[1].replace(/["']/g, "");
    else if (entry !== null) {
      const item = { table, key: entry[1].replace(/["']/g, ""), value: entry[2] };
      found.push(item);
      if (!isClosed(item.value)) open = item;
    }
  }
  return found;
}

function isClosed(value) {
  const bare = value.replace(/"[^"]*"|'[^']*'/g, "");
  return (bare.match(/\[/g)?.length ?? 0) <= (bare.match(/\]/g)?.length ?? 0);
}

function versioned(name, value, scope) {
  const version = value.match(/^["']([^"']*)["']/) ?? value.match(/\bversion\s*=\s*["']([^"']*)["']/);
  return { name, wanted: version?.[1] ?? (/\b(?:path|workspace)\b/.test(value) ? "local" : ""), scope };
}

function requirementsOf(value, scope) {
  return [...value.matchAll(/"([^"]*)"|'([^']*)'/g)].flatMap(([, a, b]) => requirement(a ?? b, scope));
}

function requirement(text, scope) {
  const match = text.match(/^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;)]*)/);
  return match === null ? [] : [{ name: match[1], wanted: match[2].trim(), scope }];
}
