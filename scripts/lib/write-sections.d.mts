export function writeSections(
  path: string,
  name: string,
  sections: readonly { title: string; text: string }[],
  order: readonly string[],
): void;
