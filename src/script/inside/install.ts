import type { Language } from "./language.ts";
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
import type { Values } from "./values.ts";

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
 * @param makeValues, makeLanguage the two other texts of this kind
 * @param send hands a message to the engine, and returns what is wrong with it, or an empty text
 */
export function installPrimitives(
  send: (text: string) => string,
  setupText: string,
  makeValues: (usage: (what: string, example: string) => Error) => Values,
  makeLanguage: (
    setup: Setup,
    refused: (what: string, example: string) => Error,
    random: () => number,
  ) => Language,
): InsideHandles {
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

  const { parse, stringify } = JSON;
  const { apply } = Reflect;
  const { defineProperty, freeze, keys } = Object;
  const { isArray } = Array;
  const RealError = Error;
  const RealPromise = Promise;
  const realThen = Promise.prototype.then;
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

  const { kindOf, shown, cut, plainOr, plain } = makeValues(usage);
  const language = makeLanguage(setup, usage, random);
  language.prepare();
  followPromises();
  const shared = freeze({ agent, parallel, pipeline, phase, log, workflow });
  language.close([shared, agent, parallel, pipeline, phase, log, workflow]);
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

  /** Each flow has numbers of its own, so that none depend on which of two flows was quicker. */
  function random(): number {
    const flow = current;
    flow.random ??= language.numbers(`${setup.seed}\n${current.path}`);
    return flow.random();
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
}
