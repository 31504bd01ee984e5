// Likely secrets: the shapes of well-known tokens, and values that look random under a name that says what they are.

const TOKENS = [
  ["AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["GitHub token", /\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{60,255}\b/g],
  ["GitLab token", /\bglpat-[A-Za-z0-9_-]{20,64}/g],
  ["Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,200}/g],
  ["Slack webhook", /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{16,64}/g],
  ["Stripe key", /\b[sr]k_live_[A-Za-z0-9]{16,255}\b/g],
  ["Google API key", /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g],
  ["npm token", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["PyPI token", /\bpypi-[A-Za-z0-9_-]{50,255}/g],
  ["SendGrid key", /\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}/g],
  ["model provider key", /\bsk-(?:ant|proj|or)-[A-Za-z0-9_-]{20,255}/g],
  ["JSON web token", /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000}/g],
];
/** Of documents; the last is the subject 1234567890 that every introduction to web tokens has. */
const KNOWN_EXAMPLE = /EXAMPLE|0{8}|x{8}|eyJzdWIiOiIxMjM0NTY3ODkw/i;
const KEY_BEGIN = /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY(?: BLOCK)?-----/;
const KEY_TEXT = /^(?:\\n|\\r|["'`+,\s])*[A-Za-z0-9+/=]{40,}/;
const PASSWORD_URL = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>]{1,80}:([^\s:/@"'`<>]{8,200})@[a-z0-9[]/gi;
const NAMED =
  /\b[\w-]{0,40}(?:secret|token|passw(?:or)?d|passwd|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|credential)s?[\w-]{0,20}["'`]?\s{0,4}(?::|=|=>|:=)\s{0,4}(["'`]?)([^\s"'`,;]{12,256})\1/gi;
const PLACEHOLDER =
  /example|sample|dummy|placeholder|change.?me|your|insert|replace|redacted|fake|test|todo|xxxx|\*{3}|\.{3}|1234567|abcdef|<|>|\$\{|\{\{|\$\(|%\(|process\.env|os\.environ|getenv|^\$|^sha\d+-|^https?:|^[A-Z][a-zA-Z]+\.[a-z]/i;
/** Lines longer than this are looked at in part: they are made by programs. */
const LONGEST_LINE = 20_000;

/** `[{line, kind, masked}]` of a text; `quoted`: values count only in quotation marks, as in code. */
export function findSecrets(text, { quoted, named }) {
  const found = [];
  const lines = text.split("\n");
  for (const [index, whole] of lines.entries()) {
    const line = whole.length > LONGEST_LINE ? whole.slice(0, LONGEST_LINE) : whole;
    for (const [kind, value] of inLine(line, lines[index + 1] ?? "", quoted, named)) {
      found.push({ line: index + 1, kind, masked: mask(value) });
    }
  }
  return found;
}

/** The same text with everything that looks like a secret masked: for excerpts. */
export function withoutSecrets(text) {
  let clean = text.replace(PASSWORD_URL, (whole, value) => whole.replace(value, mask(value)));
  for (const [, pattern] of TOKENS) clean = clean.replace(pattern, mask);
  return clean.replace(NAMED, (whole, _quote, value) =>
    isRandom(value) ? whole.replace(value, mask(value)) : whole,
  );
}

/** At most 4 characters and a fifth of it, so that somebody who knows it recognises it and nobody else learns it. */
export function mask(value) {
  return `${value.slice(0, Math.min(4, Math.floor(value.length / 5)))}*** (${value.length} characters)`;
}

function inLine(line, next, quoted, named) {
  const found = [];
  for (const [kind, pattern] of TOKENS) {
    for (const [value] of line.matchAll(pattern)) if (!KNOWN_EXAMPLE.test(value)) found.push([kind, value]);
  }
  const begin = line.match(KEY_BEGIN);
  if (begin !== null) {
    const rest = line.slice(begin.index + begin[0].length);
    if (KEY_TEXT.test(rest) || (/^\W*n?\W*$/.test(rest) && KEY_TEXT.test(next)))
      found.push(["private key", begin[0]]);
  }
  if (found.length > 0) return found;
  for (const [, value] of line.matchAll(PASSWORD_URL)) {
    if (!PLACEHOLDER.test(value) && !/^pass|^secret|^[a-z]+$/i.test(value))
      found.push(["password in a URL", value]);
  }
  if (found.length > 0 || !named) return found;
  for (const [, quote, value] of line.matchAll(NAMED)) {
    if ((quote !== "" || !quoted) && isRandom(value))
      found.push(["random value under a telling name", value]);
  }
  return found;
}

/** Letters and digits, no words, no placeholder, and as varied as a generated value is. */
function isRandom(value) {
  if (value.length < 16 || PLACEHOLDER.test(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value))
    return false;
  if (/^[a-z]+(?:[-_.][a-z0-9]+)+$/i.test(value) && !/[0-9].*[a-z].*[0-9]/i.test(value)) return false;
  if (/[()[\]]/.test(value)) return false;
  return entropy(value) >= (/^[0-9a-f]+$/i.test(value) ? 3 : 3.5);
}

/** Bits a character. */
function entropy(value) {
  const counts = new Map();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
