/** The text as OpenClaw shows it, with `***` or `…` where it takes something for a secret. */
export type Mask = (text: string) => string;

/** OpenClaw's own way, by which it makes what its prompts show. Loaded when it is first needed: that takes seconds where OpenClaw has not yet. */
export async function openClawMask(): Promise<Mask> {
  // @ts-expect-error OpenClaw has it at hand for its plugins; to build us nobody needs OpenClaw.
  const { redactSensitiveText } = (await import("openclaw/plugin-sdk/logging-core")) as {
    redactSensitiveText(text: string, options: { mode: "tools" }): string;
  };
  return (text) => redactSensitiveText(text, { mode: "tools" });
}

/** What OpenClaw shows of a prompt's description; a longer one it refuses. */
const LONGEST = 512;
/** OpenClaw shows these by their numbers, as `\u{9}`. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\u115F\u1160\u3164\uFFA0]/gu;

/** Whether a person who is asked by OpenClaw sees all of that text: it fits, and nothing of it is masked, which a secret is, and whatever looks like one. */
export function isShownWhole(text: string, mask: Mask): boolean {
  const shown = text.replace(INVISIBLE, (char) =>
    char === "\n" ? char : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
  if (shown.length > LONGEST) return false;
  // It looks for secrets also where invisible characters stand between their parts.
  const bare = text.replace(INVISIBLE, "");
  return mask(text) === text && mask(bare) === bare;
}
