// A command brain that behaves as its first argument says. It is spoken to on standard input, as any brain.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, readFileSync, writeFileSync } from "node:fs";

const [behaviour, ...args] = process.argv.slice(2);
const readInput = () => readFileSync(0, "utf8");
const say = (value) => process.stdout.write(typeof value === "string" ? value : JSON.stringify(value));
const stay = () => setInterval(() => {}, 1000);

const behaviours = {
  answer() {
    const question = JSON.parse(readInput());
    say({ results: `did ${question.task.title}`, used: { tokens: 7 } });
  },
  hash() {
    const input = readInput();
    say(createHash("sha256").update(input).digest("hex"));
  },
  place() {
    const { CLAWFLOW_AGENT, CLAWFLOW_TASK, CLAWFLOW_QUESTION, CLAWFLOW_WORKSPACE, EXTRA } = process.env;
    say(
      JSON.stringify([
        CLAWFLOW_AGENT,
        CLAWFLOW_TASK,
        CLAWFLOW_QUESTION,
        CLAWFLOW_WORKSPACE,
        EXTRA,
        process.cwd(),
      ]),
    );
  },
  json() {
    say(args[0]);
  },
  text() {
    say("plain text\n");
  },
  crash() {
    process.stderr.write(`${"early ".repeat(2000)}\u001b[31mthe end of it\u001b[0m\n`);
    process.exitCode = Number(args[0] ?? 3);
  },
  "rate-limit"() {
    process.stderr.write("Error: 429 Too Many Requests: rate limit reached\n");
    process.exitCode = 1;
  },
  signal() {
    process.kill(process.pid, "SIGSEGV");
    stay();
  },
  garbage() {
    process.stdout.write(Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3]));
  },
  flood() {
    const block = Buffer.alloc(1024 * 1024, "x");
    let left = 100;
    const more = () => {
      while (left-- > 0) if (!process.stdout.write(block)) return void process.stdout.once("drain", more);
    };
    more();
  },
  // Does not read; exits while the host still writes.
  deaf() {
    say("heard nothing");
    process.exit(0);
  },
  "close-early"() {
    closeSync(1);
    process.exitCode = 0;
  },
  hang() {
    writeFileSync(args[0], String(process.pid));
    stay();
  },
  stubborn() {
    process.on("SIGTERM", () => {});
    writeFileSync(args[0], String(process.pid));
    stay();
  },
  // Exits and leaves two processes that hold its pipes: one in its group, and a daemon in a session of its own.
  leave() {
    const script = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
    const pids = [false, true].map((detached) => {
      const child = spawn(process.execPath, ["-e", script], { stdio: "inherit", detached });
      child.unref();
      return child.pid;
    });
    say(JSON.stringify(pids));
  },
  // Processes that start another when one dies, none of which listens to SIGTERM. Every third left the session, every
  // fifth also dropped its environment. `seconds` stands in all their command lines.
  bomb() {
    const [count, seconds] = args;
    const script = `trap '' TERM; while :; do sleep ${seconds} & wait $!; sleep 0.01; done`;
    const start = (n) => {
      const options = {
        stdio: "ignore",
        detached: n % 3 === 0,
        ...(n % 5 === 0 ? { detached: true, env: {} } : {}),
      };
      spawn("/bin/sh", ["-c", script], options).on("exit", () => start(n));
    };
    process.on("SIGTERM", () => {});
    for (let n = 1; n <= Number(count); n++) start(n);
    stay();
  },
};

behaviours[behaviour]();
