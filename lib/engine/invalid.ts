// The one shape of error for bad input in the whole library, `invalid <name>; expected <rule>: <value>`, and the checks of
// plain arguments that every folder shares. It imports nothing, so worker threads load it for nothing.

/** An error that says `invalid <name>; expected <rule>: <value>`. */
export function invalid(name: string, rule: string, value: unknown, cause?: unknown): Error {
  return new Error(`invalid ${name}; expected ${rule}: ${show(value)}`, cause === undefined ? {} : { cause });
}

/** Bounds of a number; each end is either part of the range (least, most) or not (above, below). */
export interface Range {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
  /** Judge the number that float32 makes of it, where tensors hold it: 1e-300 is 0, and 1e300 is Infinity. */
  readonly float32?: boolean;
}

/** @throws unless `value` is a finite number in the range. */
export function checkNumber(name: string, value: unknown, range: Range = {}): asserts value is number {
  const plain = isIn(value, range);
  const { float32 = false } = range;
  if (plain && (!float32 || isIn(Math.fround(value), range))) return;
  throw invalid(name, `${ruleOf(range)}${plain ? " (in float32)" : ""}`, value);
}

function isIn(value: unknown, { least, above, most, below }: Range): value is number {
  return (
    typeof value === "number" &&
    Number.isFinite(value) &&
    value >= (least ?? value) &&
    value <= (most ?? value) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}

function ruleOf({ least, above, most, below }: Range): string {
  const low = least ?? above;
  const high = most ?? below;
  if (low !== undefined && high !== undefined)
    return `a number in ${least === undefined ? "(" : "["}${low}, ${high}${most === undefined ? ")" : "]"}`;
  if (low !== undefined)
    return least === undefined ? `a finite number above ${low}` : `a finite number, at least ${low}`;
  if (high !== undefined)
    return most === undefined ? `a finite number below ${high}` : `a finite number, at most ${high}`;
  return "a finite number";
}

/** @throws unless `value` is a whole number in [least, most]. */
export function checkWhole(
  name: string,
  value: unknown,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  const rule = most < Number.MAX_SAFE_INTEGER ? `a whole number from ${least} to ${most}` : undefined;
  throw invalid(name, rule ?? `a whole number, at least ${least}`, value);
}

/** @throws unless `value` is true or false. */
export function checkBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") throw invalid(name, "true or false", value);
}

/** @throws unless `value` is one of `choices`. */
export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (!choices.includes(value))
    throw invalid(name, `one of ${choices.map((choice) => show(choice)).join(", ")}`, value);
}

/** @throws unless it is a string that is not empty; `what` says of what, for instance "the path of a file". */
export function checkText(name: string, value: unknown, what: string): asserts value is string {
  if (typeof value !== "string" || value === "") throw invalid(name, what, value);
}

/** Whether this is a list of values: an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** @throws unless it is an array or a typed array; `what` says of what. */
export function checkList(name: string, value: unknown, what: string): asserts value is ArrayLike<unknown> {
  if (isList(value)) return;
  throw invalid(
    name,
    `an array or typed array of ${what}${holdsTensorData(value) ? " (await tensor.data())" : ""}`,
    value,
  );
}

/**
 * @param known the names of all options there are
 * @throws unless `value` is an object with no key beyond `known`: a misspelt option would be ignored in silence
 */
export function checkOptions(name: string, value: unknown, known: readonly string[]): asserts value is object {
  if (typeof value !== "object" || value === null || isList(value))
    throw invalid(name, `an object with ${known.join(", ")}`, value);
  // What is undefined is not given.
  const unknown = Object.entries(value).find(([key, given]) => given !== undefined && !known.includes(key))?.[0];
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw invalid(name, `options among ${known.join(", ")}${hint}`, unknown);
}

/** The name that was probably meant: the same letters in another case, its initials (`lr`), or at most two edits away. */
function nearest(given: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const initials = (text: string) => plain(text[0] + text.replaceAll(/[^A-Z]/g, ""));
  const distances = known.map((name) => {
    if (plain(name) === plain(given) || (given.length > 1 && initials(name) === plain(given)))
      return { name, edits: 0 };
    return { name, edits: editsBetween(plain(given), plain(name)) };
  });
  const [best] = distances.sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.min(2, given.length / 3) ? best.name : undefined;
}

/** Levenshtein's distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = (above[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      row.push(Math.min(swapped, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}

/** A value as an error message says it: short, on one line, whatever it is. */
export function show(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (value === null || typeof value !== "object") return String(value);
  if (isList(value)) {
    if (depth > 1) return "[…]";
    const first = Array.from({ length: Math.min(value.length, 5) }, (_, i) => show(value[i], depth + 1));
    return `[${first.join(", ")}${value.length > 5 ? `, … (${value.length})` : ""}]`;
  }
  if (isTensor(value))
    return `${value.isDisposed ? "a disposed" : "a"} ${value.dtype} tensor [${value.shape.join(", ")}]`;
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  if (typeof name !== "string" || name === "" || name === "Object") return "an object";
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}

/** By its looks, so that TensorFlow.js need not be loaded. */
function holdsTensorData(value: unknown): value is object {
  return typeof value === "object" && value !== null && "dataSync" in value;
}

function isTensor(value: unknown): value is { shape: readonly number[]; dtype: string; isDisposed: boolean } {
  return holdsTensorData(value) && "shape" in value && Array.isArray(value.shape) && "dtype" in value;
}
