export const meta = {
  name: "audit-routes",
  description: "Find the routes that anybody may use",
  phases: ["scan", "check"],
};

const LIST = { type: "array", items: { type: "string" } };
const FINDINGS = {
  type: "array",
  items: { type: "object", required: ["file", "line", "route"], properties: { line: { type: "integer" } } },
};
const VOTE = { type: "object", required: ["open", "why"], properties: { open: { type: "boolean" } } };
const WAYS = ["read it from the top", "look for what guards it", "run it without a user"];

phase("scan");
const files = await agent(`List the files with routes in ${args?.folder ?? "routes"}`, {
  agent: "scanner",
  schema: LIST,
});
const scanned = await pipeline(files, (file) =>
  agent(`Mark what looks open in ${file}`, { agent: "scanner", schema: FINDINGS, label: `scan ${file}` }),
);
const suspects = scanned.flatMap((found) => found ?? []);
log(`${suspects.length} suspects in ${files.length} files`);

phase("check");
const judged = await pipeline(suspects, async (suspect) => {
  const { file, line, route } = suspect;
  const votes = await parallel(
    WAYS.map((way) => () =>
      agent(`Refute that ${route} (${file}:${line}) is open: ${way}`, { agent: "checker", schema: VOTE }),
    ),
  );
  const open = votes.filter((vote) => vote?.open);
  return { ...suspect, open: open.length > WAYS.length / 2, why: open[0]?.why };
});
const open = judged.filter((one) => one?.open);
return { files: files.length, suspects: suspects.length, open: open.map(({ file, route, why }) => ({ file, route, why })) };
