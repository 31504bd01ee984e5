// Splits every task into three parts, one after the other, and puts their results below each other.
const question = JSON.parse(await new Response(process.stdin).text());

const part = (agent, description, ...depends_on) => ({ agent, description, depends_on });
const answer =
  question.kind === "synthesise"
    ? {
        results: Object.values(question.results)
          .map(({ results }) => results)
          .join("\n"),
      }
    : {
        subtasks: {
          places: part("scout", "Find the places"),
          text: part("writer", "Describe them", "places"),
          advice: part("scout", "Add some advice", "text"),
        },
      };
console.log(JSON.stringify(answer));
