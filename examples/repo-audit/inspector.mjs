// Looks at every file of a piece. The last level: it never splits.
import { answer } from "./lib/brain.mjs";
import { inspect } from "./lib/inspect.mjs";
import { formatFindings } from "./lib/letters.mjs";
import { parseAssignment } from "./lib/request.mjs";

await answer({
  consider: (question) => ({ results: formatFindings(inspect(parseAssignment(question.task.instructions))) }),
});
