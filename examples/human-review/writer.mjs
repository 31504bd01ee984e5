// Writes a headline, or a press release that a person reviews until they say ok.
import { answer, answers, question, upstream } from "./lib.mjs";

const { instructions } = question.task;
const facts = upstream("facts").replace(/^- /gm, "").split("\n").filter(Boolean);

if (/^headline/i.test(instructions)) await answer({ results: "Nine hours of light from a winter day" });
else {
  const remarks = answers();
  const draft = write(remarks);
  const isRight = /^ok\b/i.test(remarks.at(-1) ?? "");
  await answer(
    isRight ? { results: draft } : { ask: `${draft}\n\nIs it right? Answer ok, or what to change.` },
  );
}

/** Every remark of the review so far changes the text; the last one of a kind counts. */
function write(remarks) {
  let tone = /tone: (\w+)/.exec(instructions)?.[1] ?? "sober";
  let lines = facts;
  for (const remark of remarks) {
    tone = /\b(sober|playful)\b/i.exec(remark)?.[1].toLowerCase() ?? tone;
    const [, without] = /\bwithout (?:the )?(\w+)/i.exec(remark) ?? [];
    if (without) lines = lines.filter((line) => !line.toLowerCase().includes(without.toLowerCase()));
    if (/\bshorter\b/i.test(remark)) lines = lines.slice(0, Math.max(1, lines.length - 1));
  }
  const quote = upstream("quote");
  const opening = tone === "playful" ? "Night has had its day." : "Lantern is on sale from Monday.";
  return [opening, lines.join(" "), quote && `"${quote}"`].filter(Boolean).join("\n\n");
}
