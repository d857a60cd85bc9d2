// TensorFlow.js as the kernel needs it: loaded with its WebAssembly backend while the connection comes up, its compiled
// kernels kept from being broken off halfway, its books put in order after a Stop.
import { createRequire } from "node:module";

interface EngineState {
  scopeStack: unknown[];
  activeScope: unknown;
  gradientDepth: number;
  kernelDepth: number;
  activeTape: { saved?: { dispose(): void }[] }[] | null;
}

type AnyFunction = (...values: unknown[]) => unknown;

interface Tfjs {
  engine(): { state: EngineState; endScope(): void };
  getKernelsForBackend(backend: string): { kernelFunc: AnyFunction }[];
  findBackend(name: string): object;
  setBackend(name: string): Promise<boolean>;
  env(): { set(flag: string, value: unknown): void };
}

const require = createRequire(import.meta.url);
const library = new URL("../../lib/index.js", import.meta.url).href;
/** What `@tensorflow/tfjs` consists of: loaded one by one, a cell that comes in between waits for no more than one. */
const parts = ["core", "layers", "converter", "data", "backend-cpu", "backend-webgl"];

export class TensorFlow {
  #tfjs: Tfjs | undefined;
  #computing = 0;

  /** Whether a compiled kernel runs now. */
  get isComputing(): boolean {
    return this.#computing > 0;
  }

  /** Gives the module; or the reason why there is none. */
  load(loaded: (module: object | undefined, failure: unknown) => void): void {
    const viaTfjs = createRequire(require.resolve("@tensorflow/tfjs/package.json"));
    const steps = parts.map((part) => () => viaTfjs(`@tensorflow/tfjs-${part}`) as unknown);
    steps.push(() => require("@tensorflow/tfjs") as unknown);
    const next = (index: number): void => {
      try {
        const module = steps[index]?.();
        // A turn of the event loop between them, in which a cell may arrive.
        if (index + 1 < steps.length) setImmediate(next, index + 1);
        else this.#startBackend(module as Tfjs & object, loaded);
      } catch (error) {
        loaded(undefined, error);
      }
    };
    next(0);
  }

  /** After a termination: what it left open is closed, so that memory is freed again and gradients are not recorded for ever. */
  restore(): void {
    this.#computing = 0;
    const engine = this.#tfjs?.engine();
    if (!engine) return;
    const { state } = engine;
    // As `grads` and `tidy` would have done on their way out.
    for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
    while (state.activeScope) engine.endScope();
    state.scopeStack.length = 0;
    state.gradientDepth = 0;
    state.kernelDepth = 0;
    state.activeTape = null;
  }

  /** The library chooses the backend and completes it for training. */
  #startBackend(tfjs: Tfjs & object, loaded: (module: object | undefined, failure: unknown) => void): void {
    (import(library) as Promise<{ ready(): Promise<{ name: string }> }>)
      .then((ml) => ml.ready())
      .then(
        ({ name }) => {
          this.#tfjs = tfjs;
          if (name === "wasm") this.#guardBackend(tfjs);
          loaded(tfjs, undefined);
        },
        (error: unknown) => loaded(undefined, error),
      );
  }

  /** Everything that enters the compiled code, whose memory would be left in disorder. */
  #guardBackend(tfjs: Tfjs): void {
    for (const kernel of tfjs.getKernelsForBackend("wasm")) kernel.kernelFunc = this.#guarded(kernel.kernelFunc);
    const backend = tfjs.findBackend("wasm") as Record<string, unknown>;
    const prototype = Object.getPrototypeOf(backend) as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = prototype[name];
      if (name === "constructor" || typeof method !== "function") continue;
      backend[name] = this.#guarded(method.bind(backend) as AnyFunction);
    }
  }

  #guarded(compute: AnyFunction): AnyFunction {
    return (...values) => {
      this.#computing += 1;
      try {
        return compute(...values);
      } finally {
        this.#computing -= 1;
      }
    };
  }
}
