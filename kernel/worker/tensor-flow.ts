// TensorFlow.js as the kernel needs it: loaded with its WebAssembly backend while the connection comes up, its compiled
// kernels kept from being broken off halfway, its books put in order after a Stop.
import { createRequire } from "node:module";
import { library } from "./own-packages.js";

interface EngineState {
  scopeStack: unknown[];
  activeScope: unknown;
  gradientDepth: number;
  kernelDepth: number;
  activeTape: { saved?: { dispose(): void }[] }[] | null;
}

interface Engine {
  state: EngineState;
  endScope(): void;
}

type Loaded = (module: object | undefined, failure: unknown) => void;

type AnyFunction = (...values: unknown[]) => unknown;

interface Tfjs {
  engine(): Engine;
  getKernelsForBackend(backend: string): { kernelFunc: AnyFunction }[];
  findBackend(name: string): object;
}

const require = createRequire(import.meta.url);
/** What `@tensorflow/tfjs` consists of: loaded one by one, a cell that comes in between waits for no more than one. */
const parts = ["core", "layers", "converter", "data", "backend-cpu", "backend-webgl"];
/** Of TensorFlow.js's engine: what keeps the books on tensors. */
const bookkeeping = ["runKernel", "makeTensor", "makeTensorFromTensorInfo", "disposeTensor", "startScope", "endScope"];
/** The side thread asks again within milliseconds; it may be kept from running. */
const terminationDeadline = 500;

export class TensorFlow {
  #tfjs: Tfjs | undefined;
  #computing = 0;
  /** Stop waits for the computation to end. */
  #isAwaited = false;

  /** Whether a compiled kernel runs now, or the books are being written. */
  get isComputing(): boolean {
    return this.#computing > 0;
  }

  /** Has the computation that runs come to its end, and nothing begin after it, so that it can be stopped there. */
  awaitEnd(): void {
    this.#isAwaited = true;
  }

  /** The Stop is dealt with. */
  goOn(): void {
    this.#isAwaited = false;
  }

  /** Gives the module; or the reason why there is none. `starting` is called before the part that no cell may interrupt. */
  load(loaded: Loaded, starting: () => void): void {
    const viaTfjs = createRequire(require.resolve("@tensorflow/tfjs/package.json"));
    const steps = parts.map((part) => () => viaTfjs(`@tensorflow/tfjs-${part}`) as unknown);
    steps.push(() => require("@tensorflow/tfjs") as unknown);
    const next = (index: number): void => {
      try {
        const module = steps[index]?.();
        // A turn of the event loop between them, in which a cell may arrive.
        if (index + 1 < steps.length) setImmediate(next, index + 1);
        else this.#startBackend(module as Tfjs & object, loaded, starting);
      } catch (error) {
        loaded(undefined, error);
      }
    };
    next(0);
  }

  /** After a termination: what it left open is closed, so that memory is freed again and gradients are not recorded for ever. */
  restore(): void {
    this.#computing = 0;
    this.#isAwaited = false;
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

  /**
   * The library chooses the backend and completes it for training. Its modules come by `require`, all in one turn: a cell
   * that is stopped takes what waits as a promise with it, and an import that was broken off would never end.
   */
  #startBackend(tfjs: Tfjs & object, loaded: Loaded, starting: () => void): void {
    const ml = require(library) as { ready(): Promise<{ name: string }> };
    // From here to the end no cell may run, for the same reason.
    starting();
    ml.ready().then(
      ({ name }) => {
        this.#tfjs = tfjs;
        this.#guard(tfjs.engine(), bookkeeping);
        if (name === "wasm") this.#guardBackend(tfjs);
        loaded(tfjs, undefined);
      },
      (error: unknown) => loaded(undefined, error),
    );
  }

  /** Everything that enters the compiled code, whose memory would be left in disorder. */
  #guardBackend(tfjs: Tfjs): void {
    for (const kernel of tfjs.getKernelsForBackend("wasm")) kernel.kernelFunc = this.#guarded(kernel.kernelFunc);
    const backend = tfjs.findBackend("wasm");
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(backend));
    this.#guard(
      backend,
      methods.filter((name) => name !== "constructor"),
    );
  }

  #guard(target: object, methods: readonly string[]): void {
    const object = target as Record<string, unknown>;
    for (const name of methods) {
      const method = object[name];
      if (typeof method === "function") object[name] = this.#guarded(method.bind(target) as AnyFunction);
    }
  }

  #guarded(compute: AnyFunction): AnyFunction {
    return (...values) => {
      this.#computing += 1;
      try {
        return compute(...values);
      } finally {
        this.#computing -= 1;
        if (this.#isAwaited && this.#computing === 0) this.#wait();
      }
    };
  }

  /** For the termination, which finds nothing half done here. */
  #wait(): void {
    const deadline = performance.now() + terminationDeadline;
    while (this.#isAwaited && performance.now() < deadline);
    this.#isAwaited = false;
  }
}
