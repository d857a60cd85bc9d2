// `$cellgrad`, the object through which compiled code imports and awaits. One for cells and one for each local module.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startingRun } from "./cell-run.js";
import type { LocalRequire } from "./local-require.js";
import type { ThrownValues } from "./thrown-values.js";
import type { Variables } from "./variables.js";

export interface ImportMeta {
  url: string;
  filename: string;
  dirname: string;
  resolve(specifier: string): string;
}

export interface Runtime {
  import(specifier: unknown): Promise<object>;
  /** Wraps the operand of each `await`, so that Stop can end it. */
  await(value: unknown): unknown;
  /** Wraps the iterable of each `for await`. */
  asyncIterable(iterable: unknown): AsyncIterable<unknown>;
  /** A name that no declaration was known for when the code was compiled. */
  lookup(name: string): unknown;
  /** Wraps what each `throw` throws, so that values without a stack have their place. */
  thrown(value: unknown): unknown;
  meta: ImportMeta;
}

export function makeRuntime(
  load: (specifier: string) => Promise<object>,
  variables: Variables,
  thrownValues: ThrownValues,
  meta: ImportMeta,
): Runtime {
  return {
    import: (specifier) => load(String(specifier)),
    await: breakable,
    asyncIterable,
    lookup: (name) => variables.lookup(name),
    thrown: thrownValues.note,
    meta,
  };
}

/** A value to await: it settles as `value` would, unless the cell is stopped before; then it rejects, once. */
export function breakable(value: unknown): unknown {
  const run = startingRun();
  if (run === undefined || run.state === "done") return value;
  // A stopped cell goes no further, whatever it catches.
  if (run.isStopped) return new Promise(() => {});
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return value;
  return run.awaits.add(value, breakable);
}

function asyncIterable(iterable: unknown): AsyncIterable<unknown> {
  const source = iterable as Partial<AsyncIterable<unknown>> & Iterable<unknown>;
  const isAsync = typeof source?.[Symbol.asyncIterator] === "function";
  return {
    [Symbol.asyncIterator]() {
      // A value that is not iterable throws here what it would throw without us.
      const iterator = (
        isAsync ? source[Symbol.asyncIterator]?.() : source[Symbol.iterator]()
      ) as AsyncIterator<unknown>;
      const step = async (result: unknown): Promise<IteratorResult<unknown>> => {
        const { done, value } = (await breakable(result)) as IteratorResult<unknown>;
        // `for await` over a plain iterable awaits each value.
        return { done: done === true, value: isAsync ? value : await breakable(value) };
      };
      return {
        next: (...values) => step(iterator.next(...values)),
        ...(iterator.return && { return: (value?: unknown) => step(iterator.return?.(value)) }),
      };
    },
  };
}

export function importMeta(filename: string, dirname: string, require: LocalRequire): ImportMeta {
  return {
    url: pathToFileURL(filename).href,
    filename,
    dirname,
    resolve(specifier) {
      if (/^\.{0,2}\//.test(specifier)) return pathToFileURL(join(dirname, specifier)).href;
      const path = require.resolve(specifier, dirname);
      return path.startsWith("node:") || !/[\\/]/.test(path) ? specifier : pathToFileURL(path).href;
    },
  };
}
