export const meta = {
  name: "verified-pipeline",
  description: "Write each piece, have another check it, and have it mended once where the check finds something",
};

const CHECK = {
  type: "object",
  required: ["ok", "problems"],
  properties: { ok: { type: "boolean" }, problems: { type: "array", items: { type: "string" } } },
};

// args: {pieces: ["…"], writer: "…", checker: "…"}
const written = await pipeline(
  args.pieces,
  (piece) => agent(`Write: ${piece}`, { agent: args.writer, label: piece, phase: "write" }),
  async (text, piece) => {
    const check = await agent(`Check this text on "${piece}":\n\n${text}`, { agent: args.checker, schema: CHECK, phase: "check" });
    return { text, check };
  },
  ({ text, check }, piece) => {
    if (check.ok) return text;
    const problems = check.problems.map((one) => `- ${one}`).join("\n");
    return agent(`Mend this text on "${piece}":\n\n${text}\n\nWhat is wrong with it:\n${problems}`, {
      agent: args.writer,
      phase: "mend",
    });
  },
);
return args.pieces.map((piece, index) => ({ piece, text: written[index] }));
