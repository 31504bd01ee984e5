export const meta = {
  name: "map-repository",
  description: "Go through all files of a large repository in batches, and bring the notes together folder by folder",
};

const FILES = { type: "array", items: { type: "string" } };

// args: {folder: "…", question: "…", reader: "…", batch?: number}
const files = await agent(`List the files below ${args.folder}`, { agent: args.reader, schema: FILES, label: "list" });
const size = args.batch ?? 10;
const batches = [];
for (const [folder, names] of Object.entries(Object.groupBy(files, folderOf))) {
  for (let at = 0; at < names.length; at += size) batches.push({ folder, names: names.slice(at, at + size) });
}
log(`${files.length} files in ${batches.length} batches`);

const notes = await pipeline(batches, ({ folder, names }) =>
  agent(`${args.question}\n\nRead these files:\n${names.join("\n")}`, { agent: args.reader, label: folder, phase: "read" }),
);
const byFolder = Object.groupBy(batches.map((batch, index) => ({ ...batch, note: notes[index] })), ({ folder }) => folder);
const chapters = await parallel(
  Object.entries(byFolder).map(([folder, parts]) => async () => {
    const read = parts.filter(({ note }) => note !== null).map(({ note }) => note);
    const text = await agent(`Bring these notes on ${folder} together:\n\n${read.join("\n\n")}`, { label: folder, phase: "write" });
    return { folder, text, unread: parts.filter(({ note }) => note === null).flatMap(({ names }) => names) };
  }),
);
return { files: files.length, chapters };

function folderOf(file) {
  return file.split("/").slice(0, -1).join("/") || ".";
}
