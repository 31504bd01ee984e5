// One engine in a process of its own, with its server; told what to run by the messages of the one that forked it.

// The one that forked it is gone, however it ended.
process.on("disconnect", () => process.exit());

const engine = await attempt(async () => (await import(`./${process.argv[2]}.mjs`)).start());
if (engine !== undefined) {
  process.send({ name: engine.name, durability: engine.durability });
  process.on("message", async ({ run }) => {
    if (run === undefined) {
      await attempt(async () => await engine.stop());
      process.exit();
    }
    const result = await attempt(() => engine.run(run));
    if (result !== undefined) process.send({ result });
  });
}

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    process.send({ error: error.stack ?? String(error) });
    return undefined;
  }
}
