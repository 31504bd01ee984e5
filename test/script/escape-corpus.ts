/**
 * What a hostile script tries. A program returns "escaped" (or anything but what is expected) if it got somewhere. `ends` is what becomes of it:
 * the result of a script that is told no and goes on, or a part of the reason with which it is ended.
 */
export interface Attempt {
  what: string;
  program: string;
  result?: unknown;
  reason?: RegExp;
  /** Only a thread of its own can end it, or it takes all of its memory. */
  heavy?: true;
  /** It is the memory that ends it: of that there is little, and time enough. */
  bomb?: true;
}

/** The body of `attempt` says "escaped" if it comes to its end. */
const tried = (body: string) => `try { ${body}; return "escaped" } catch (e) { return "no" }`;
/** What a way to code made of text would do with it. */
const reach = (way: string) => tried(`const f = ${way}; const got = f("return this")(); if (!got) throw 0`);

export const ESCAPES: Attempt[] = [
  // Constructor chains
  { what: "constructor of a function", program: reach("(() => {}).constructor"), result: "no" },
  { what: "constructor of an async function", program: reach("(async () => {}).constructor"), result: "no" },
  { what: "constructor of a generator", program: reach("(function* () {}).constructor"), result: "no" },
  { what: "constructor of a primitive", program: reach("agent.constructor"), result: "no" },
  {
    what: "constructor of the constructor of a value",
    program: reach("(5).constructor.constructor"),
    result: "no",
  },
  { what: "constructor of args", program: reach("args.constructor.constructor"), result: "no" },
  {
    what: "constructor of an answer",
    program: reach('(await agent("x")).constructor.constructor'),
    result: "no",
  },
  {
    what: "constructor of an answer's promise",
    program: reach('agent("x").constructor.constructor'),
    result: "no",
  },
  {
    what: "constructor of an error of ours",
    program: `try { agent() } catch (e) { ${reach("e.constructor.constructor")} }`,
    result: "no",
  },
  {
    what: "constructor by Reflect",
    program: reach("Reflect.get(Reflect.getPrototypeOf(() => {}), 'constructor')"),
    result: "no",
  },
  {
    what: "constructor by a computed name",
    program: reach("[]['con' + 'structor']['con' + 'structor']"),
    result: "no",
  },
  {
    what: "a subclass of the function constructor",
    program: tried("class F extends (() => {}).constructor {} new F('return 1')()"),
    result: "no",
  },
  {
    what: "Reflect.construct",
    program: tried("Reflect.construct((() => {}).constructor, ['return 1'])()"),
    result: "no",
  },
  // Names
  {
    what: "globals by this",
    program: "return typeof this + typeof (function () { return this })()",
    result: "undefinedundefined",
  },
  {
    what: "globals by a sloppy function",
    program: "return [].map.call([1], function () { return typeof this })[0]",
    result: "undefined",
  },
  {
    what: "eval by another name",
    program: tried('(0, Object.getOwnPropertyDescriptor(JSON, "eval") || eval)("1")'),
    reason: /eval is not allowed/,
  },
  { what: "our hooks", program: "return typeof __clawflow_hold", reason: /taken/ },
  {
    what: "our hooks by arguments",
    program: "return [arguments.length, await (async () => arguments.length)()]",
    result: [0, 0],
  },
  {
    what: "an import in a function",
    program: "const f = () => import('fs'); return f()",
    reason: /import is not allowed/,
  },
  {
    what: "an import in a template",
    program: "return `${await import('fs')}`",
    reason: /import is not allowed/,
  },
  {
    what: "the caller of a function",
    program: tried("(function f() { return f.caller.name })()"),
    result: "no",
  },
  {
    what: "paths of the host in a stack",
    program: "return /node_modules|file:|\\/src\\//.test(new Error('x').stack)",
    result: false,
  },
  {
    what: "a stack made by the script",
    program: tried("Error.prepareStackTrace = (e, s) => s; new Error('x').stack.length"),
    result: "no",
  },
  // Pollution
  { what: "Object.prototype by name", program: tried("Object.prototype.polluted = 1"), result: "no" },
  { what: "Object.prototype by __proto__", program: tried("({}).__proto__.polluted = 1"), result: "no" },
  {
    what: "Object.prototype by defineProperty",
    program: tried("Object.defineProperty(Object.prototype, 'x', {value: 1})"),
    result: "no",
  },
  { what: "Array.prototype", program: tried("Array.prototype.push = () => 'mine'"), result: "no" },
  {
    what: "Promise.prototype.then",
    program: tried("Promise.prototype.then = function () { return 'mine' }"),
    result: "no",
  },
  { what: "JSON.stringify", program: tried('JSON.stringify = () => \'{"kind":"done"}\''), result: "no" },
  { what: "Math.random", program: tried("Math.random = () => 4"), result: "no" },
  { what: "Date.now", program: tried("Date.now = () => 4"), result: "no" },
  { what: "RegExp.prototype.exec", program: tried("RegExp.prototype.exec = () => null"), result: "no" },
  { what: "the primitives", program: tried("agent.call = 1; parallel.apply = 2"), result: "no" },
  { what: "the budget", program: tried("budget.total = Infinity; budget.spent = () => 0"), result: "no" },
  {
    what: "setPrototypeOf a language object",
    program: tried("Object.setPrototypeOf(Array.prototype, {})"),
    result: "no",
  },
  {
    what: "args with keys that pollute",
    program:
      'return [({}).polluted === undefined, Object.keys(JSON.parse(\'{"__proto__": {"polluted": 1}}\'))]',
    result: [true, ["__proto__"]],
  },
  {
    what: "a result with __proto__",
    program: 'return JSON.parse(\'{"a": {"__proto__": {"polluted": 1}}}\')',
    reason: /__proto__/,
  },
  {
    what: "a result with constructor",
    program: "return {constructor: {prototype: {polluted: 1}}}",
    reason: /constructor/,
  },
  // Getters and proxies on what passes
  {
    what: "a getter in a result",
    program: "return {get a() { throw new Error('from a getter') }}",
    reason: /from a getter/,
  },
  {
    what: "a getter that calls while the result is read",
    program: "let n = 0; return {get a() { n++; return n }}",
    result: { a: 1 },
  },
  { what: "toJSON", program: "return {toJSON() { return 'mine' }}", reason: /toJSON/ },
  {
    what: "a proxy as options",
    program: `const seen = [];
      const options = new Proxy({}, {get: (t, key) => { seen.push(String(key)); return 'x' }, ownKeys: () => ['agent'],
        getOwnPropertyDescriptor: () => ({value: 1, enumerable: true, configurable: true})});
      await agent('x', options); return seen.every((key) => key !== 'constructor')`,
    result: true,
  },
  {
    what: "a proxy without an end as a result",
    program:
      "const p = new Proxy({}, {get: () => p, ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({value: 1, enumerable: true, configurable: true})}); return p",
    reason: /levels/,
  },
  {
    what: "a list that grows while it is read",
    program:
      "const a = [1]; Object.defineProperty(a, 0, {get() { if (a.length < 9) a.push(1); return 1 }, enumerable: true}); return a.length < 20",
    result: true,
  },
  { what: "a thenable as a result", program: "return {then(good) { good({a: 1}) }}", result: { a: 1 } },
  { what: "a thenable that never answers", program: "return {then() {}}", reason: /never happens/ },
  {
    what: "a thenable that calls",
    program: "return {then(good) { good(agent('x')) }}",
    reason: /then. method/,
  },
  {
    what: "an error with a getter for its message",
    program: "const e = new Error('x'); Object.defineProperty(e, 'message', {get() { throw 1 }}); throw e",
    reason: /cannot be read/,
  },
  {
    what: "an error whose name is huge",
    program: "const e = new Error('y'.repeat(1e6)); e.name = 'x'.repeat(1e6); throw e",
    reason: /^x{200}…: y{4000}…$/,
  },
  {
    what: "a forged code",
    program: "const e = new Error('x'); e.code = 'E_BUDGET'; return await parallel([() => { throw e }])",
    result: [null],
  },
  // Async tricks
  {
    what: "a promise of a class of its own",
    program: "class P extends Promise {} return await new P((good) => good(1))",
    result: 1,
  },
  {
    what: "then of a promise replaced",
    program: "const p = Promise.resolve(1); p.then = () => { throw new Error('mine') }; return await p",
    reason: /read-only/,
  },
  {
    what: "constructor of a promise replaced",
    program:
      "const p = Promise.resolve(1); p.constructor = {[Symbol.species]: function (f) { f(() => {}, () => {}) }}; return await p",
    reason: /./,
  },
  {
    what: "answers given twice",
    program:
      "let n = 0; const p = agent('x'); p.then(() => n++); p.then(() => n++); await p; await p; return n",
    result: 2,
  },
  {
    what: "a wrong call caught for ever",
    program: "for (let i = 0; i < 2000; i++) { try { agent() } catch {} } return 'goes on'",
    result: "goes on",
  },
  {
    what: "the limit of calls caught for ever",
    program: "let n = 0; for (let i = 0; i < 3000; i++) { try { await agent('x'); n++ } catch {} } return n",
    result: 1000,
  },
  // Size and depth
  {
    what: "deep recursion",
    heavy: true,
    program: "const f = () => f() + 1; return f()",
    reason: /stack|deep/,
  },
  {
    what: "deep recursion, caught",
    heavy: true,
    program: "const f = () => { try { return f() } catch { return 'stopped' } }; return f()",
    result: "stopped",
  },
  {
    what: "deep recursion of async functions",
    heavy: true,
    program: "const f = async () => { await f() }; return await f()",
    reason: /stack|deep|nest|memory/,
  },
  {
    what: "deep JSON",
    heavy: true,
    program: "return JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))",
    reason: /stack|levels/,
  },
  {
    what: "a deep result",
    heavy: true,
    program: "let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return o",
    reason: /levels/,
  },
  {
    what: "a deep regular expression",
    heavy: true,
    program: "return new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('')",
    reason: /stack|Syntax|nest|captures/,
  },
  { what: "a huge string", heavy: true, program: "let s = 'x'; for (;;) s += s", reason: /too long|memory/ },
  {
    what: "a huge string by repeat",
    heavy: true,
    program: "return 'x'.repeat(2 ** 30 - 1).length",
    reason: /memory|too long|invalid/,
  },
  { what: "a huge prompt", program: "return await agent('x'.repeat(2e6))", reason: /at most 1048576/ },
  { what: "a huge option", program: "return await agent('x', {label: 'x'.repeat(9e6)})", reason: /at once/ },
  {
    what: "a huge typed array",
    program: "return new Uint8Array(2 ** 30).length",
    reason: /memory|invalid|length/,
  },
  {
    what: "a huge array by its length",
    program: "const a = []; a.length = 2 ** 32 - 1; return await parallel(a)",
    reason: /at most 4096 items/,
    heavy: true,
  },
  {
    what: "a huge result",
    program: "return Array(300000).fill('xxxxxxxxxxxxxxxxxxxx')",
    reason: /longer than|at once/,
  },
  { what: "a huge log", program: "for (let i = 0; i < 50; i++) log('x'.repeat(1e6)); return 1", result: 1 },
  // Memory and time, which only a thread of its own survives
  {
    what: "a memory bomb of strings",
    program: "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length)",
    reason: /more than its 24 MiB of memory/,
    heavy: true,
    bomb: true,
  },
  {
    what: "a memory bomb of objects",
    program: "const a = []; for (;;) a.push({a: [a]})",
    reason: /more than its 24 MiB of memory/,
    heavy: true,
    bomb: true,
  },
  {
    what: "a memory bomb of buffers",
    program: "const a = []; for (;;) a.push(new Uint8Array(1e6))",
    reason: /more than its 24 MiB of memory/,
    heavy: true,
    bomb: true,
  },
  {
    what: "a memory bomb that catches",
    program: "const a = []; for (;;) { try { for (;;) a.push(new Uint8Array(1e6)) } catch {} }",
    reason: /computing|memory/,
    heavy: true,
  },
  { what: "an endless loop", program: "for (;;);", reason: /computing/, heavy: true },
  {
    what: "an endless loop after an await",
    program: "await agent('x'); for (;;);",
    reason: /computing/,
    heavy: true,
  },
  {
    what: "an endless loop that catches",
    program: "for (;;) { try { for (;;); } catch {} finally { for (;;); } }",
    reason: /computing/,
    heavy: true,
  },
  {
    what: "an endless loop in a result",
    program: "return {get a() { for (;;); }}",
    reason: /computing/,
    heavy: true,
  },
  {
    what: "a catastrophic regular expression",
    program: "return /^(a+)+$/.test('a'.repeat(40) + 'b')",
    reason: /computing/,
    heavy: true,
  },
  {
    what: "a catastrophic pattern of a schema",
    program: "return await agent('long', {schema: {pattern: '^(a+)+$'}})",
    reason: /computing/,
    heavy: true,
  },
  {
    what: "a promise storm",
    program: "const f = () => Promise.resolve().then(f); f(); await new Promise(() => {})",
    reason: /computing|memory/,
    heavy: true,
  },
  {
    what: "a storm of async functions",
    program: "(async () => { for (;;) await null })(); await agent('x')",
    reason: /computing|memory/,
    heavy: true,
  },
  {
    what: "a promise storm that grows",
    program:
      "const f = () => { Promise.resolve().then(f); Promise.resolve().then(f) }; f(); await new Promise(() => {})",
    reason: /computing|memory/,
    heavy: true,
  },
  {
    what: "a sort that takes long inside of the engine",
    program: "return 'x'.repeat(2e6).split('').map((_, i) => (i * 7919) % 2000003).sort().length",
    reason: /computing|memory/,
    heavy: true,
  },
];
