// `tf` and `ml`: loaded as soon as the worker is ready for cells. A cell that uses them before that waits; others don't.
import type { TensorFlow } from "./tensor-flow.js";

const library = new URL("../../lib/index.js", import.meta.url).href;

export class Preloaded {
  #tf: { value: unknown } | { failure: unknown } | undefined;
  #ml: { value: unknown } | { failure: unknown } | undefined;
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
    this.tensorFlow.load((module, failure) => {
      this.#tf = module ? { value: this.namespace(module) } : { failure };
      this.#settle();
      import(library).then(
        (ml: unknown) => {
          this.#ml = { value: ml };
          this.#settle();
        },
        (error: unknown) => {
          this.#ml = { failure: error };
          this.#settle();
        },
      );
    });
  }

  whenLoaded(names: readonly string[], ready: () => void): void {
    if (this.#has(names)) ready();
    else this.#waiting.push({ names, ready });
  }

  #has(names: readonly string[]): boolean {
    return !(names.includes("tf") && !this.#tf) && !(names.includes("ml") && !this.#ml);
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
