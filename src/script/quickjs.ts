import variant from "@jitl/quickjs-singlefile-mjs-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
} from "quickjs-emscripten-core";

/** Of the WebAssembly of Node, whose types are those of a browser. */
declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

const PAGE = 65_536;
/** What a script may nest its calls; the WebAssembly stack of the engine is 1 MiB. */
const STACK = 256 * 1024;
const FIRST_MEMORY = 16 * 1024 * 1024;

/** One engine with a memory of its own, of which nothing is shared with any other. */
export interface QuickJs {
  context: QuickJSContext;
  runtime: QuickJSRuntime;
  /** Whether the memory cannot grow any more. */
  isFull(): boolean;
}

/** Compiled code lives as long as something that was made of it: kept so, the next start in this process need not compile. */
const kept: unknown[] = [];

/**
 * QuickJS compiled to WebAssembly. Its own limit of memory is known to leak, so the memory itself has a maximum.
 *
 * @param memoryBytes at least 16 MiB
 */
export async function startQuickJs(memoryBytes: number): Promise<QuickJs> {
  const maximum = Math.floor(memoryBytes / PAGE);
  const wasmMemory = new WebAssembly.Memory({ initial: FIRST_MEMORY / PAGE, maximum });
  const engine = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }));
  if (kept.length === 0) kept.push(engine);
  const runtime = engine.newRuntime();
  runtime.setMaxStackSize(STACK);
  const context = runtime.newContext();
  // It grows by a part of itself at a time, so the last part may be too small to be had.
  return { context, runtime, isFull: () => wasmMemory.buffer.byteLength > 0.7 * memoryBytes };
}

export type { QuickJSContext, QuickJSHandle };
