// What a file is written in, by its name: kind (code, data or text), how comments begin, whether blocks have braces.
const C = { kind: "code", comment: "c", braces: true };
const HASH = { kind: "code", comment: "hash", braces: false };
const DATA = { kind: "data", comment: "none" };
const MARKUP = { kind: "text", comment: "html" };

const LANGUAGES = {
  TypeScript: { ...C, names: "ts tsx mts cts" },
  JavaScript: { ...C, names: "js jsx mjs cjs" },
  Java: { ...C, names: "java" },
  Kotlin: { ...C, names: "kt kts" },
  Scala: { ...C, names: "scala" },
  Groovy: { ...C, names: "groovy gradle" },
  C: { ...C, names: "c h" },
  "C++": { ...C, names: "cc cpp cxx hh hpp hxx" },
  "C#": { ...C, names: "cs" },
  "Objective-C": { ...C, names: "m mm" },
  Go: { ...C, names: "go" },
  Rust: { ...C, names: "rs" },
  Swift: { ...C, names: "swift" },
  Dart: { ...C, names: "dart" },
  PHP: { ...C, names: "php" },
  Zig: { ...C, names: "zig" },
  CSS: { ...C, names: "css scss sass less" },
  Protobuf: { ...C, names: "proto" },
  Vue: { ...C, names: "vue" },
  Svelte: { ...C, names: "svelte" },
  Python: { ...HASH, names: "py pyi" },
  Ruby: { ...HASH, names: "rb rake Gemfile Rakefile" },
  Shell: { ...HASH, names: "sh bash zsh fish" },
  Perl: { ...HASH, names: "pl pm" },
  R: { ...HASH, names: "r" },
  Elixir: { ...HASH, names: "ex exs" },
  Julia: { ...HASH, names: "jl" },
  Nix: { ...HASH, names: "nix" },
  Terraform: { ...HASH, names: "tf" },
  PowerShell: { ...HASH, names: "ps1 psm1" },
  Makefile: { ...HASH, kind: "text", names: "mk Makefile makefile GNUmakefile" },
  Dockerfile: { ...HASH, kind: "text", names: "Dockerfile dockerfile Containerfile" },
  CMake: { ...HASH, names: "cmake CMakeLists.txt" },
  Lua: { kind: "code", comment: "dash", names: "lua" },
  SQL: { kind: "code", comment: "dash", names: "sql" },
  Haskell: { kind: "code", comment: "dash", names: "hs" },
  Lisp: { kind: "code", comment: "semicolon", names: "lisp el clj cljs scm" },
  Erlang: { kind: "code", comment: "percent", names: "erl" },
  LaTeX: { ...MARKUP, comment: "percent", names: "tex" },
  HTML: { ...MARKUP, names: "html htm" },
  XML: { ...MARKUP, kind: "data", names: "xml svg xsd plist" },
  Markdown: { ...MARKUP, names: "md mdx markdown" },
  Text: { ...MARKUP, names: "txt rst adoc LICENSE NOTICE AUTHORS README CHANGELOG COPYING" },
  JSON: { ...DATA, names: "json jsonc json5 jsonl ndjson" },
  YAML: { ...DATA, comment: "hash", names: "yaml yml" },
  TOML: { ...DATA, comment: "hash", names: "toml" },
  Settings: { ...DATA, comment: "hash", names: "ini cfg conf properties env editorconfig gitignore npmrc" },
  CSV: { ...DATA, names: "csv tsv" },
  "Lock file": {
    ...DATA,
    names: `package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock Cargo.lock poetry.lock uv.lock
      go.sum Gemfile.lock composer.lock flake.lock lock`,
  },
};

const BY_NAME = new Map(
  Object.entries(LANGUAGES).flatMap(([name, { names, ...rest }]) =>
    names.split(/\s+/).map((end) => [end, { name, ...rest }]),
  ),
);
const BY_SHEBANG = [
  [/\bnode\b|\bdeno\b|\bbun\b/, "js"],
  [/\bpython/, "py"],
  [/\b(?:ba|z|da|k)?sh\b/, "sh"],
  [/\bruby\b/, "rb"],
  [/\bperl\b/, "pl"],
];
const OTHER = { name: "Other text", kind: "text", comment: "none" };

/** `{name, kind, comment, braces?}` of a text file; its first line decides where its name says nothing. */
export function languageOf(fileName, text) {
  const end = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  const start = fileName.split(".")[0];
  const known =
    BY_NAME.get(fileName) ?? (fileName.includes(".") ? BY_NAME.get(end) : undefined) ?? BY_NAME.get(start);
  if (known !== undefined) return known;
  const first = text.startsWith("#!") ? text.slice(0, 120).split("\n")[0] : "";
  const shebang = BY_SHEBANG.find(([pattern]) => pattern.test(first));
  return shebang === undefined ? OTHER : BY_NAME.get(shebang[1]);
}
