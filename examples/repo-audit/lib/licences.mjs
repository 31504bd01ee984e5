// Under which licence something is: by its text, by what a manifest states, by what a lock file lists.
import { shorten } from "./text.mjs";

/** The licence that a text is, by how it reads. */
export function licenceName(text) {
  const head = text.slice(0, 2_000);
  const known = [
    [/Apache License\s+Version 2\.0/, "Apache-2.0"],
    [/AFFERO GENERAL PUBLIC/i, "AGPL"],
    [/LESSER GENERAL PUBLIC/i, "LGPL"],
    [/GENERAL PUBLIC LICENSE/i, "GPL"],
    [/Mozilla Public License/i, "MPL"],
    [/Permission is hereby granted, free of charge/, "MIT"],
    [/Permission to use, copy, modify, and\/or distribute/, "ISC"],
    [/Redistribution and use in source and binary forms/, "BSD"],
    [/This is free and unencumbered software/, "Unlicense"],
    [/CC0 1\.0|Creative Commons/, "Creative Commons"],
  ];
  return known.find(([pattern]) => pattern.test(head))?.[1] ?? "own or unknown text";
}

/** Licences of all packages that an npm lock file names: `[[licence, packages]]`. */
export function lockedLicences(text) {
  const counts = new Map();
  for (const [place, entry] of Object.entries(parseObject(text)?.packages ?? {})) {
    if (!place.includes("node_modules/") || entry?.link === true) continue;
    const licence = licenceOf(entry) || "not stated";
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  return [...counts].map(([licence, number]) => [shorten(licence, 60), number]);
}

/** As package.json states it, in its old forms too. */
export function licenceOf(manifest) {
  const stated = manifest?.license ?? manifest?.licenses;
  const all = Array.isArray(stated) ? stated : [stated];
  return all
    .map((one) => (typeof one === "string" ? one : one?.type))
    .filter((one) => typeof one === "string")
    .join(" OR ");
}

/** JSON that is not an object, or not JSON, is nothing. */
export function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
