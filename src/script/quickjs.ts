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
  Instance: new (code: EngineCode, imports: object) => { readonly exports: object };
  instantiate(bytes: Uint8Array, imports: object): Promise<{ module: EngineCode; instance: object }>;
};

/** The engine, compiled: code alone, which many instances share and none can change. */
export type EngineCode = object;

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

/**
 * QuickJS compiled to WebAssembly. Its own limit of memory is known to leak, so the memory itself has a maximum.
 *
 * @param memoryBytes at least 16 MiB
 * @param code of `compileEngine`; without it the engine is compiled for itself
 */
export async function startQuickJs(memoryBytes: number, code?: EngineCode): Promise<QuickJs> {
  const maximum = Math.floor(memoryBytes / PAGE);
  const wasmMemory = new WebAssembly.Memory({ initial: FIRST_MEMORY / PAGE, maximum });
  const emscriptenModule = code === undefined ? {} : { instantiateWasm: instantiate(code) };
  const engine = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory, emscriptenModule }));
  const runtime = engine.newRuntime();
  runtime.setMaxStackSize(STACK);
  const context = runtime.newContext();
  // It grows by a part of itself at a time, so the last part may be too small to be had.
  return { context, runtime, isFull: () => wasmMemory.buffer.byteLength > 0.7 * memoryBytes };
}

/**
 * The engine's code, for all instances of this process. Its loader gives it to nobody, so it is taken where it comes by: not to be called
 * twice at a time.
 */
export async function compileEngine(): Promise<EngineCode | undefined> {
  let code: EngineCode | undefined;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (bytes, imports) => {
    const made = await instantiate(bytes, imports);
    code = made.module;
    return made;
  };
  try {
    await newQuickJSWASMModuleFromVariant(variant);
    return code;
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

function instantiate(code: EngineCode) {
  return (imports: object, done: (instance: object) => void) => {
    const instance = new WebAssembly.Instance(code, imports);
    done(instance);
    return instance.exports;
  };
}

export type { QuickJSContext, QuickJSHandle };
