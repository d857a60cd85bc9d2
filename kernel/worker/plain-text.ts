// A value as text, as `util.inspect` shows it, but bounded: a huge, cyclic or hostile value takes milliseconds and shows its
// beginning. Used for results, displays, thrown values and %who.
import { type InspectOptions, inspect, types } from "node:util";
import { className, cut, read } from "./safe-read.js";
import { isTensor, tensorText } from "./tensor-text.js";

const textLength = 40_000;
const stringLength = 10_000;
const depth = 4;
/** Elements of an array, entries of a Map, keys of an object. */
const elements = 100;
/** Values, at all depths, that are shown at most. */
const shownValues = 4_000;

const options: InspectOptions = {
  depth,
  maxArrayLength: elements,
  maxStringLength: stringLength,
  breakLength: 80,
  colors: false,
  // The kernel's own limits come first; a class's own form of showing itself still counts.
  customInspect: true,
  getters: false,
};

export function plainText(value: unknown): string {
  return cut(inspected(value, {}), textLength);
}

/** One line of at most `length` characters. */
export function shortText(value: unknown, length: number): string {
  if (typeof value === "function")
    return cutLine(isClass(value) ? `class ${value.name}` : `function ${value.name}`, length);
  return cutLine(
    inspected(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxStringLength: length }),
    length,
  );
}

function inspected(value: unknown, how: InspectOptions): string {
  if (isTensor(value)) return tensorText(value);
  try {
    if (typeof value !== "object" || value === null) return inspect(value, { ...options, ...how });
    const { shown, levels } = fitting(value, how.depth ?? depth);
    return inspect(shown, { ...options, ...how, depth: levels });
  } catch (error) {
    const name = className(value) || typeof value;
    return `[${cut(name, 100)}: cannot be shown, since showing it throws ${cut(reason(error), 300)}]`;
  }
}

function reason(error: unknown): string {
  const message = read(error, "message");
  return typeof message === "string" ? message : typeof error;
}

/** As many levels of the value as are small enough together; an object of very many keys only with the first of them. */
function fitting(value: object, wanted: number): { shown: object; levels: number } {
  const shown = withFewKeys(value);
  let level: object[] = [shown];
  const seen = new Set<object>(level);
  let count = 1;
  for (let levels = 0; levels <= wanted; levels += 1) {
    const next: object[] = [];
    for (const parent of level) {
      for (const child of children(parent)) {
        count += 1;
        if (count > shownValues) return { shown, levels: Math.max(0, levels - 1) };
        if (typeof child !== "object" || child === null || seen.has(child)) continue;
        seen.add(child);
        next.push(child);
      }
    }
    if (next.length === 0) break;
    level = next;
  }
  return { shown, levels: wanted };
}

/** What `inspect` would show one level deeper. Runs no user code. */
function* children(value: object): Generator<unknown> {
  if (types.isProxy(value) || ArrayBuffer.isView(value)) return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && index < elements; index += 1) yield dataProperty(value, index);
  } else if (types.isMap(value)) {
    let shown = 0;
    for (const entry of Map.prototype.entries.call(value)) {
      yield* entry as [unknown, unknown];
      if (++shown >= elements) break;
    }
  } else if (types.isSet(value)) {
    let shown = 0;
    for (const item of Set.prototype.values.call(value)) {
      yield item;
      if (++shown >= elements) break;
    }
  }
  if (!Array.isArray(value)) for (const key of Object.keys(value)) yield dataProperty(value, key);
}

function dataProperty(value: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

/** `inspect` bounds arrays, Maps and Sets itself, but it shows every key of an object. */
function withFewKeys(value: object): object {
  if (types.isProxy(value) || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
  const keys = Object.keys(value);
  if (keys.length <= shownValues) return value;
  const few: object = Object.create(Object.getPrototypeOf(value) as object | null);
  for (const key of keys.slice(0, elements)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property) Object.defineProperty(few, key, { ...property, configurable: true });
  }
  const more = `… ${(keys.length - elements).toLocaleString("en")} more keys`;
  Object.defineProperty(few, more, { value: { [inspect.custom]: () => "…" }, enumerable: true });
  return few;
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function cutLine(text: string, length: number): string {
  const line = text.replace(/\s*\n\s*/g, " ");
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
