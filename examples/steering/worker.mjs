// Takes its time, and then says what it did.
const question = JSON.parse(await new Response(process.stdin).text());
const { title, instructions } = question.task;

await new Promise((done) => setTimeout(done, 1000 * Number(process.env.DELAY ?? 10)));
console.log(JSON.stringify({ results: `${process.env.CLAWFLOW_AGENT}: ${instructions.trim() || title}` }));
