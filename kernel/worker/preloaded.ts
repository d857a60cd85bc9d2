// `tf` and `ml`: loaded as soon as the worker is ready for cells. A cell that uses them before that waits; others don't.
import { createRequire } from "node:module";
import { library } from "./own-packages.js";
import type { TensorFlow } from "./tensor-flow.js";

const require = createRequire(import.meta.url);

export class Preloaded {
  #tf: { value: unknown } | { failure: unknown } | undefined;
  #ml: { value: unknown } | { failure: unknown } | undefined;
  #starting = false;
  #waiting: { names: readonly string[]; ready: () => void }[] = [];

  constructor(
    readonly tensorFlow: TensorFlow,
    /** Makes of a CommonJS module what `import * as` gives. */
    readonly namespace: (exports: object) => object,
  ) {}

  get tf(): unknown {
    return loadedValue(this.#tf, "tf");
  }

  get ml(): unknown {
    return loadedValue(this.#ml, "ml");
  }

  load(): void {
    this.tensorFlow.load(
      (module, failure) => {
        this.#starting = false;
        this.#tf = module ? { value: this.namespace(module) } : { failure };
        this.#ml = module ? { value: require(library) as unknown } : { failure };
        this.#settle();
      },
      () => {
        this.#starting = true;
      },
    );
  }

  /** Calls `ready` when these names have values, and the backend is not just starting. */
  whenLoaded(names: readonly string[], ready: () => void): void {
    if (this.#has(names)) ready();
    else this.#waiting.push({ names, ready });
  }

  #has(names: readonly string[]): boolean {
    return !this.#starting && !(names.includes("tf") && !this.#tf) && !(names.includes("ml") && !this.#ml);
  }

  #settle(): void {
    const now = this.#waiting.filter(({ names }) => this.#has(names));
    this.#waiting = this.#waiting.filter(({ names }) => !this.#has(names));
    for (const { ready } of now) ready();
  }
}

function loadedValue(loaded: { value: unknown } | { failure: unknown } | undefined, name: string): unknown {
  if (loaded && "failure" in loaded) throw new Error(`${name} could not be loaded`, { cause: loaded.failure });
  return loaded?.value;
}
