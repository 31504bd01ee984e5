import type {
  BudgetSetup,
  InsideFault,
  InsideHandles,
  InsideMessage,
  Setup,
  Spent,
  Thrown,
  ToInside,
} from "./types.ts";

/**
 * What a script has in reach, and nothing else. This function runs inside the sandbox: its text is taken (`toString()`), so it uses nothing
 * from outside of itself. It takes what it needs of the language before a script can touch it, and then freezes the language.
 *
 * Longer than 250 lines because it is one text for that reason.
 *
 * A **flow** is where the script is: the top, one function of `parallel`, one stage of `pipeline`, a script that was called, an async
 * function, what follows by `.then`. Whatever happens in one flow happens in the order of the program, whatever order answers come in. So a
 * path, the numbers of the steps from the top down to a call, names the same call in every run.
 *
 * @param send hands a message to the engine, and returns what is wrong with it, or an empty text
 */
export function installPrimitives(send: (text: string) => string, setupText: string): InsideHandles {
  interface Flow {
    path: string;
    /** The number of its next step. */
    next: number;
    phase: string | undefined;
    /** In a script that a script called. */
    nested: boolean;
    /** Just begun: the first async function that is entered is the flow itself, not a step of it. */
    fresh: boolean;
    random: (() => number) | undefined;
    /** What the engine begins by itself is in no flow of the script. */
    lost: boolean;
  }
  interface Activation {
    flow: Flow;
    caller: Flow;
    /** It goes on after a wait: the engine has called it, and who called it first is elsewhere. */
    resumed: boolean;
  }
  interface Held {
    activation: Activation;
    value?: unknown;
    error?: unknown;
    failed: boolean;
  }
  interface Waiting {
    resolve: (value: unknown) => void;
    reject: (error: unknown) => void;
    flow: Flow;
    args: string | undefined;
    /** Where it was called. */
    stack: string | undefined;
  }
  interface Fallen {
    index: number;
    stage?: number;
    reason: string;
    path?: string;
    label?: string;
  }

  const language = globalThis;
  const { parse, stringify } = JSON;
  const { apply, construct, ownKeys, getPrototypeOf } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor, freeze, keys, create } = Object;
  const { isArray } = Array;
  const { isFinite: isFiniteNumber } = Number;
  const RealError = Error;
  const RealDate = Date;
  const RealPromise = Promise;
  const realThen = Promise.prototype.then;
  const toIso = Date.prototype.toISOString;
  const objectPrototype = Object.prototype;
  const setup = parse(setupText) as Setup;

  const root = newFlow("", undefined, false);
  const nowhere = newFlow("nowhere", undefined, false);
  nowhere.lost = true;
  nowhere.fresh = false;
  let current = nowhere;
  let budget: BudgetSetup = { unit: "tokens", total: {}, spent: {} };
  let spent: Spent = {};
  let lastId = 0;
  const waiting = new Map<number, Waiting>();
  /** Errors of ours: a limit, the budget, a wrong call. They are never turned into null. */
  const own = new WeakSet<object>();
  const failures = new WeakMap<object, InsideFault>();

  const keep = new Set(setup.keep);
  closeDynamicCode();
  fixClockAndChance();
  followPromises();
  leaveOnly(keep);
  allowOverrides();
  const shared = freeze({ agent, parallel, pipeline, phase, log, workflow });
  freezeLanguage();
  return { start, deliver, nested };

  // Flows

  function newFlow(path: string, above: string | undefined, inNested: boolean): Flow {
    return { path, next: 0, phase: above, nested: inNested, fresh: true, random: undefined, lost: false };
  }

  function step(kind: string, flow: Flow = current): string {
    const path = `${flow.path}${flow.path === "" ? "" : "/"}${kind}#${flow.next}`;
    flow.next += 1;
    return path;
  }

  function below(path: string, flow: Flow = current): Flow {
    const child = newFlow(path, flow.phase, flow.nested);
    child.lost = flow.lost;
    return child;
  }

  function within<T>(flow: Flow, work: () => T): T {
    const before = current;
    current = flow;
    try {
      return work();
    } finally {
      current = before;
    }
  }

  function enter(): Activation {
    const caller = current;
    if (caller.fresh) {
      caller.fresh = false;
      return { flow: caller, caller, resumed: false };
    }
    const flow = below(step("async"));
    flow.fresh = false;
    current = flow;
    return { flow, caller, resumed: false };
  }

  function leave(activation: Activation): void {
    current = activation.resumed ? nowhere : activation.caller;
  }

  /** Takes what is awaited; until it is there the caller goes on. */
  function hold(value: unknown, activation: Activation): Promise<Held> {
    const promise = within(activation.flow, () => promiseOf(value));
    leave(activation);
    return chain(
      promise,
      (result) => ({ activation, value: result, failed: false }),
      (error) => ({ activation, error, failed: true }),
    ) as Promise<Held>;
  }

  function resume(held: Held): unknown {
    held.activation.resumed = true;
    current = held.activation.flow;
    if (held.failed) throw held.error;
    return held.value;
  }

  function chain(
    promise: Promise<unknown>,
    good: (value: unknown) => unknown,
    bad?: (error: unknown) => unknown,
  ): Promise<unknown> {
    return apply(realThen, promise, [good, bad]) as Promise<unknown>;
  }

  /** `then` of a thenable of the script's own is called by the engine at a moment of its own: it belongs to the flow that waits for it. */
  function promiseOf(value: unknown): Promise<unknown> {
    if (typeof value !== "object" || value === null || value instanceof RealPromise)
      return RealPromise.resolve(value);
    const { then } = value as { then?: unknown };
    if (typeof then !== "function") return chain(RealPromise.resolve(), () => value);
    const flow = below(step("then"));
    return chain(
      RealPromise.resolve(),
      () => new RealPromise((good, bad) => within(flow, () => apply(then as () => void, value, [good, bad]))),
    );
  }

  function followPromises(): void {
    const then = {
      // biome-ignore lint/suspicious/noThenProperty: it takes the place of the promise's own
      then(this: Promise<unknown>, good?: unknown, bad?: unknown) {
        const flow = below(step("then"));
        return apply(realThen, this, [inFlow(good, flow), inFlow(bad, flow)]);
      },
    }.then;
    defineProperty(RealPromise.prototype, "then", { value: then, writable: true, configurable: true });
  }

  function inFlow(work: unknown, flow: Flow): unknown {
    if (typeof work !== "function") return work;
    return (value: unknown) => within(flow, () => apply(work as () => unknown, undefined, [value]));
  }

  // Primitives

  function agent(prompt: unknown, options?: unknown): Promise<unknown> {
    const path = step("agent");
    return ask(path, {
      kind: "call",
      id: nextId(),
      path,
      flow: current.path,
      ...(current.phase === undefined ? {} : { phase: current.phase }),
      prompt: plainOr(prompt, "prompt", "agent"),
      options: plainOr(options, "options", "agent"),
    });
  }

  function workflow(name: unknown, args?: unknown): Promise<unknown> {
    if (current.nested) {
      throw usage(
        "workflow() in a script that another script called",
        "a script that is called calls no further one: return to the first, and call it from there",
      );
    }
    const path = step("workflow");
    const message: InsideMessage & { kind: "workflow" } = {
      kind: "workflow",
      id: nextId(),
      path,
      name: plainOr(name, "name", "workflow"),
    };
    if (args !== undefined) message.args = plainOr(args, "args", "workflow");
    return ask(path, message, message.args === undefined ? undefined : stringify(message.args));
  }

  function ask(path: string, message: InsideMessage & { id: number }, args?: string): Promise<unknown> {
    if (current.lost) {
      throw usage(
        "a call in a `then` method that the engine calls, of which no place in the script is known",
        "await agent('…')",
      );
    }
    const refused = send(stringify(message));
    if (refused !== "") throw ownError(parse(refused) as InsideFault);
    const flow = below(path);
    const { stack } = new RealError();
    return new RealPromise((resolve, reject) => {
      waiting.set(message.id, { resolve, reject, flow, args, stack });
    });
  }

  function nextId(): number {
    lastId += 1;
    return lastId;
  }

  function parallel(...given: unknown[]): Promise<unknown[]> {
    const example = "parallel([() => agent('a'), () => agent('b')])";
    const list = given.length === 1 && isArray(given[0]) ? (given[0] as unknown[]) : given;
    checkCount("parallel", list.length);
    const thunks = [...list];
    for (let at = 0; at < thunks.length; at++) mustBeFunction(thunks[at], `parallel() item ${at}`, example);
    const place = step("parallel");
    const above = current;
    return gather(thunks.length, (at, fallen) => {
      const path = `${place}[${at}]`;
      return attempt(below(path, above), thunks[at] as () => unknown, [], (error) =>
        fallen(reason(error, at, path)),
      );
    });
  }

  function pipeline(items: unknown, ...stages: unknown[]): Promise<unknown[]> {
    const example =
      "pipeline(files, (file) => agent('Read ' + file), (text, file) => agent('Check ' + text))";
    if (!isArray(items)) {
      const hint = items instanceof RealPromise ? "; it is a promise: await it first" : "";
      throw usage(`pipeline() takes a list first, found ${kindOf(items)}${hint}`, example);
    }
    checkCount("pipeline", items.length);
    const list: unknown[] = [...items];
    if (stages.length === 0) throw usage("pipeline() has no stages", example);
    for (let at = 0; at < stages.length; at++) mustBeFunction(stages[at], `pipeline() stage ${at}`, example);
    const place = step("pipeline");
    const above = current;
    return gather(list.length, (at, fallen) => {
      const from = (stage: number, previous: unknown): Promise<unknown> => {
        const path = `${place}[${at}].stage${stage}`;
        let fell = false;
        const one = attempt(
          below(path, above),
          stages[stage] as () => unknown,
          [previous, list[at], at],
          (error) => {
            fell = true;
            fallen({ ...reason(error, at, path), stage });
          },
        );
        if (stage + 1 === stages.length) return one;
        return chain(one, (value) => (fell ? null : from(stage + 1, value)));
      };
      return from(0, list[at]);
    });
  }

  /** The values in their order. `errors` of the list, which is no item, says why one of them is null. */
  function gather(
    count: number,
    begin: (at: number, fallen: (why: Fallen) => void) => Promise<unknown>,
  ): Promise<unknown[]> {
    const values: unknown[] = [];
    const errors: Fallen[] = [];
    for (let at = 0; at < count; at++) values[at] = null;
    defineProperty(values, "errors", { value: errors, enumerable: false });
    return new RealPromise((resolve, reject) => {
      let open = count;
      const finish = () => {
        errors.sort((a, b) => a.index - b.index);
        resolve(values);
      };
      if (open === 0) finish();
      for (let at = 0; at < count; at++) {
        const one = begin(at, (why) => void errors.push(why));
        void chain(
          one,
          (value) => {
            values[at] = value === undefined ? null : value;
            open -= 1;
            if (open === 0) finish();
          },
          reject,
        );
      }
    });
  }

  /** What `work` comes to; null if it throws, unless that is an error of ours. */
  function attempt(
    flow: Flow,
    work: () => unknown,
    given: unknown[],
    fell: (error: unknown) => void,
  ): Promise<unknown> {
    const failed = (error: unknown) => {
      if (isOwn(error)) throw error;
      fell(error);
      if (!isFailure(error)) send(stringify({ kind: "thrown", path: flow.path, error: thrown(error) }));
      return null;
    };
    let result: unknown;
    try {
      result = within(flow, () => promiseOf(apply(work, undefined, given)));
    } catch (error) {
      return new RealPromise((good) => good(failed(error)));
    }
    return chain(result as Promise<unknown>, (value) => value, failed);
  }

  function reason(error: unknown, index: number, path: string): Fallen {
    const failure = isFailure(error) ? failures.get(error as object) : undefined;
    const fallen: Fallen = { index, reason: thrown(error).message, path: failure?.path ?? path };
    if (failure?.label !== undefined) fallen.label = failure.label;
    return fallen;
  }

  function phase(name: unknown): void {
    if (typeof name !== "string" || name === "" || name.length > 200) {
      throw usage(`phase() takes a name of at most 200 characters, found ${kindOf(name)}`, "phase('Verify')");
    }
    current.phase = name;
    send(stringify({ kind: "phase", flow: current.path, name }));
  }

  function log(...given: unknown[]): void {
    let text = "";
    for (const value of given)
      text += (text === "" ? "" : " ") + (typeof value === "string" ? value : shown(value));
    const message: InsideMessage & { kind: "log" } = {
      kind: "log",
      flow: current.path,
      text: cut(text, 16_384),
    };
    if (current.phase !== undefined) message.phase = current.phase;
    send(stringify(message));
  }

  function makeBudget(): unknown {
    const kind = (given: unknown, call: string): string => {
      if (given === undefined) return budget.unit;
      if (given === "tokens" || given === "usd" || given === "tasks" || given === "seconds") return given;
      throw usage(
        `${call} counts tokens, usd, tasks or seconds, found ${shown(given)}`,
        "budget.remaining('usd')",
      );
    };
    const totalOf = (unit: string): number | null => budget.total[unit] ?? null;
    return freeze({
      total: totalOf(budget.unit),
      unit: budget.unit,
      totals: freeze({ ...budget.total }),
      spent: (unit?: unknown) => spent[kind(unit, "budget.spent()")] ?? 0,
      remaining: (unit?: unknown) => {
        const of = kind(unit, "budget.remaining()");
        const total = totalOf(of);
        return total === null ? Number.POSITIVE_INFINITY : Math.max(0, total - (spent[of] ?? 0));
      },
    });
  }

  // The engine's side

  function start(program: unknown, args: string | undefined, budgetText: string): void {
    budget = parse(budgetText) as BudgetSetup;
    spent = budget.spent;
    const ended = chain(
      within(root, () => run(program, args)),
      (value) => {
        const message: InsideMessage & { kind: "done" } = { kind: "done" };
        if (value !== undefined) message.value = plain(value, "the result", 0) as never;
        // A result that is too long is an error of ours, which says so in place of the result.
        const refused = send(stringify(message));
        if (refused !== "") throw ownError(parse(refused) as InsideFault);
      },
    );
    void chain(
      ended,
      () => undefined,
      (error) => void send(stringify({ kind: "threw", error: thrown(error) })),
    );
  }

  function run(program: unknown, args: string | undefined): Promise<unknown> {
    const { agent, parallel, pipeline, phase, log, workflow } = shared;
    const value = args === undefined ? undefined : parse(args);
    const given = [
      agent,
      parallel,
      pipeline,
      phase,
      log,
      value,
      makeBudget(),
      workflow,
      enter,
      leave,
      hold,
      resume,
    ];
    return apply(program as () => Promise<unknown>, undefined, given);
  }

  function nested(id: number, program: unknown): void {
    const call = waiting.get(id);
    if (call === undefined) return;
    waiting.delete(id);
    call.flow.nested = true;
    call.resolve(within(call.flow, () => run(program, call.args)));
  }

  function deliver(text: string): void {
    const answer = parse(text) as ToInside;
    spent = answer.spent;
    const call = waiting.get(answer.id);
    if (call === undefined) return;
    waiting.delete(answer.id);
    if (answer.ok) call.resolve(answer.value);
    else
      call.reject(
        at(call.stack, answer.fault.kind === "own" ? ownError(answer.fault) : failureError(answer.fault)),
      );
  }

  // Errors

  function named(fault: InsideFault): Error {
    const error = new RealError(fault.message);
    const fields: Record<string, unknown> = { ...fault, reason: fault.message };
    delete fields.kind;
    for (const key of keys(fields)) {
      defineProperty(error, key, { value: fields[key], enumerable: key !== "message" && key !== "name" });
    }
    return error;
  }

  function ownError(fault: InsideFault): Error {
    const error = named(fault);
    own.add(error);
    return error;
  }

  function at(stack: string | undefined, error: Error): Error {
    return defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
  }

  function failureError(fault: InsideFault): Error {
    const error = named(fault);
    failures.set(error, fault);
    return error;
  }

  function usage(what: string, example: string): Error {
    return ownError({
      kind: "own",
      name: "UsageError",
      code: "E_SCRIPT",
      message: `${what}. Example: ${example}`,
    });
  }

  function limit(message: string): Error {
    return ownError({ kind: "own", name: "LimitError", code: "E_LIMIT", message });
  }

  function isOwn(error: unknown): boolean {
    return typeof error === "object" && error !== null && own.has(error);
  }

  function isFailure(error: unknown): boolean {
    return typeof error === "object" && error !== null && failures.has(error);
  }

  function thrown(error: unknown): Thrown {
    if (typeof error !== "object" || error === null || !(error instanceof RealError)) {
      return { message: `${kindOf(error)} was thrown that is no Error: ${shown(error)}` };
    }
    const result: Thrown = { message: "" };
    try {
      result.name = cut(`${error.name}`, 200);
      result.message = cut(`${error.message}`, 4000);
      if (typeof error.stack === "string") result.stack = cut(error.stack, 4000);
      if (isOwn(error)) result.code = `${(error as Error & { code: string }).code}`;
    } catch {
      result.message ||= "an error that cannot be read";
    }
    if (isFailure(error)) result.failure = true;
    return result;
  }

  function checkCount(name: string, count: number): void {
    if (count <= setup.items) return;
    throw limit(
      `${name}() takes at most ${setup.items} items, found ${count}. Give it parts of the list, one after the other`,
    );
  }

  function mustBeFunction(value: unknown, where: string, example: string): void {
    if (typeof value === "function") return;
    const hint =
      value instanceof RealPromise ? ": the call in it has begun already. Put () => before it" : "";
    throw usage(`${where} must be a function, found ${kindOf(value)}${hint}`, example);
  }

  // Values

  function kindOf(value: unknown): string {
    if (value === null) return "null";
    if (value === undefined) return "nothing";
    if (isArray(value)) return "a list";
    if (value instanceof RealPromise) return "a promise";
    if (typeof value === "object") return "an object";
    if (typeof value === "string") return value === "" ? "an empty text" : "a text";
    return typeof value === "function" ? "a function" : `a ${typeof value}`;
  }

  function shown(value: unknown): string {
    try {
      if (typeof value === "symbol" || typeof value === "function" || value === undefined)
        return kindOf(value);
      if (typeof value === "bigint") return `${value}n`;
      return cut(stringify(value) ?? kindOf(value), 4000);
    } catch {
      return kindOf(value);
    }
  }

  function cut(text: string, longest: number): string {
    return text.length > longest ? `${text.slice(0, longest)}…` : text;
  }

  function plainOr(value: unknown, what: string, call: string): never {
    return (value === undefined ? null : plain(value, `${call}() ${what}`, 0)) as never;
  }

  /** A copy that is JSON and nothing else. @throws a wrong call that names the place of what is not */
  function plain(value: unknown, at: string, depth: number): unknown {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") return isFiniteNumber(value) ? value : notPlain(at, `${value}`);
    if (typeof value !== "object") return notPlain(at, kindOf(value));
    if (depth >= 90) return notPlain(at, "more than 90 levels, or itself");
    if (isArray(value)) {
      const list: unknown[] = [];
      for (let index = 0; index < value.length; index++) {
        const item: unknown = value[index];
        list[index] = item === undefined ? null : plain(item, `${at}[${index}]`, depth + 1);
      }
      return list;
    }
    if (value instanceof RealDate) return apply(toIso, value, []);
    if (value instanceof RealPromise) return notPlain(at, "a promise: await it first");
    if (value instanceof Map || value instanceof Set) return notPlain(at, "a Map or Set: give [...it]");
    if (value instanceof RealError) return notPlain(at, "an Error: give its message");
    const map = create(null) as Record<string, unknown>;
    for (const key of keys(value)) {
      const item = (value as Record<string, unknown>)[key];
      if (item === undefined) continue;
      if (key === "__proto__" || key === "constructor" || key === "prototype")
        notPlain(at, `a key named ${key}`);
      map[key] = plain(item, `${at}.${key}`, depth + 1);
    }
    return map;
  }

  function notPlain(at: string, found: string): never {
    throw usage(`${at} cannot be written as JSON; found ${found}`, "return {found: 3, files: ['a.ts']}");
  }

  // The language

  /** Code that is made of text would not be followed through its flows. */
  function closeDynamicCode(): void {
    const refuse = function makeCode() {
      throw usage("code cannot be made of text", "(x) => x + 1");
    };
    const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
    for (const kind of kinds) {
      const prototype = getPrototypeOf(kind) as object;
      defineProperty(prototype, "constructor", { value: refuse, writable: false, configurable: false });
    }
  }

  function fixClockAndChance(): void {
    const { now } = setup;
    function FixedDate(this: unknown, ...given: unknown[]) {
      if (new.target === undefined) return new RealDate(now).toString();
      return construct(RealDate, given.length === 0 ? [now] : given, new.target);
    }
    const statics = {
      now: () => now,
      parse: RealDate.parse,
      UTC: RealDate.UTC,
      prototype: RealDate.prototype,
    };
    for (const key of keys(statics)) {
      defineProperty(FixedDate, key, { value: statics[key as keyof typeof statics], enumerable: false });
    }
    defineProperty(FixedDate, "name", { value: "Date" });
    defineProperty(FixedDate, "length", { value: 7 });
    defineProperty(RealDate.prototype, "constructor", {
      value: FixedDate,
      writable: true,
      configurable: true,
    });
    defineProperty(language, "Date", { value: FixedDate, writable: true, configurable: true });
    // Each flow has numbers of its own, so that none depend on which of two flows was quicker.
    const random = () => {
      current.random ??= numbers(`${setup.seed}\n${current.path}`);
      return current.random();
    };
    defineProperty(Math, "random", { value: random, writable: true, configurable: true });
  }

  /** sfc32, its state from the text by four multiplicative hashes: good enough for samples, not for secrets. */
  function numbers(text: string): () => number {
    const state = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667];
    for (let at = 0; at < text.length; at++) {
      for (let word = 0; word < 4; word++) {
        state[word] = Math.imul(
          (state[word] as number) ^ text.charCodeAt(at),
          0x85ebca6b + 2 * word + word * 0x1000,
        );
        state[word] = ((state[word] as number) << 13) | ((state[word] as number) >>> 19);
      }
    }
    let [a, b, c, d] = state as [number, number, number, number];
    const next = () => {
      const sum = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + sum;
      c |= 0;
      return (sum >>> 0) / 4294967296;
    };
    for (let turn = 0; turn < 12; turn++) next();
    return next;
  }

  function leaveOnly(names: Set<string>): void {
    for (const key of ownKeys(language)) {
      if (typeof key === "string" && names.has(key)) continue;
      delete (language as unknown as Record<PropertyKey, unknown>)[key];
    }
  }

  /** With the language frozen `this.name = "Mine"` in a class of errors would fail: what stands on the prototype is not writable. */
  function allowOverrides(): void {
    const all = language as unknown as Record<string, { prototype?: object } | undefined>;
    const errors = [...keep].filter((name) => name.endsWith("Error")).map((name) => all[name]?.prototype);
    for (const target of [objectPrototype, ...errors]) {
      if (target === undefined) continue;
      for (const key of ownKeys(target)) {
        const found = getOwnPropertyDescriptor(target, key);
        if (found === undefined || !("value" in found) || !found.configurable) continue;
        const { value } = found;
        defineProperty(target, key, {
          get: () => value,
          set(this: object, next: unknown) {
            if (this === target) throw new TypeError(`${String(key)} of the language cannot be changed`);
            defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true });
          },
          configurable: false,
        });
      }
    }
  }

  function freezeLanguage(): void {
    const hidden = [
      getPrototypeOf(async () => {}),
      getPrototypeOf(function* () {}),
      getPrototypeOf(async function* () {}),
      getPrototypeOf([][Symbol.iterator]()),
      getPrototypeOf(new Map()[Symbol.iterator]()),
      getPrototypeOf(new Set()[Symbol.iterator]()),
      getPrototypeOf(""[Symbol.iterator]()),
      getPrototypeOf("".matchAll(/x/g)),
      getPrototypeOf(Uint8Array),
      getPrototypeOf(Uint8Array.prototype),
      getPrototypeOf(agent),
      ...keys(shared).map((name) => shared[name as keyof typeof shared]),
      shared,
    ];
    const all: unknown[] = [language, ...hidden];
    for (const key of ownKeys(language)) {
      const value = getOwnPropertyDescriptor(language, key)?.value;
      all.push(value, (value as { prototype?: unknown } | undefined)?.prototype);
    }
    // What holds the methods, not every method: what a script hangs on one of these nobody looks at.
    for (const value of all) {
      if ((typeof value === "object" && value !== null) || typeof value === "function") {
        freeze(value);
        freeze(getPrototypeOf(value));
      }
    }
  }
}
