// One of the two processes: `node process.mjs receive|ask <mailbox> <place as JSON> [writers] [seconds] [most]`. What came of it is a line of JSON.
import { MAILBOXES } from "./mailboxes.mjs";
import { Trips } from "./trips.mjs";

/** Milliseconds for trips that had begun when the time was over. */
const PATIENCE = 10_000;

const [role, name, placeText, writers, seconds, most] = process.argv.slice(2);
const mailbox = MAILBOXES[name];
const place = JSON.parse(placeText);

if (role === "receive") {
  await mailbox.receive(place);
  console.log("ready");
} else {
  const trips = new Trips({ seconds: Number(seconds), most: Number(most) });
  const tell = () => console.log(JSON.stringify({ count: trips.count }));
  process.on("SIGUSR2", tell);
  tell();
  let timer;
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(() => resolve("late"), Number(seconds) * 1000 + PATIENCE);
  });
  const end = await Promise.race([mailbox.ask(place, Number(writers), trips), tooLong]);
  clearTimeout(timer);
  process.stdout.write(`${JSON.stringify({ ...trips.result(), late: end === "late" })}\n`, () =>
    process.exit(),
  );
}
