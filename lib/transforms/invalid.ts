// The one shape of error in this folder, and the checks of options that transforms share.

/** An error that says `invalid <name>; expected <rule>: <value>`. */
export function invalid(name: string, rule: string, value: unknown): Error {
  return new Error(`invalid ${name}; expected ${rule}: ${brief(value)}`);
}

function brief(value: unknown): string {
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  if (!Array.isArray(value)) return "an object";
  return `[${value.slice(0, 8).map(brief).join(", ")}${value.length > 8 ? ", …" : ""}]`;
}

/** @throws unless `value` is an object of options with no key beyond `known`. */
export function checkOptions(transform: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== "object" || value === null) throw invalid("options", `those of ${transform}, an object`, value);
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) throw invalid("options", `only ${known.join(", ")} for ${transform}`, other);
}

/** @throws unless `value` is a finite number in [least, most]. */
export function checkNumber(name: string, value: unknown, least: number, most = Number.POSITIVE_INFINITY): void {
  if (typeof value === "number" && Number.isFinite(value) && value >= least && value <= most) return;
  const end = most === Number.POSITIVE_INFINITY ? `, at least ${least}` : ` in [${least}, ${most}]`;
  throw invalid(name, `a finite number${least === Number.NEGATIVE_INFINITY ? "" : end}`, value);
}

/** No side of an image, no padding, no count may be larger: what is larger is a mistake, and would take all memory. */
const MOST = 2 ** 14;

/** @throws unless `value` is a whole number in [least, 16384]. */
export function checkWhole(name: string, value: unknown, least: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= MOST) return;
  throw invalid(name, `a whole number from ${least} to ${MOST}`, value);
}

/** @throws unless `value` is one of `choices`. */
export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (!choices.includes(value)) throw invalid(name, `one of ${choices.map(brief).join(", ")}`, value);
}

/** [least, most] of finite numbers. @throws unless both are in [low, high] and in order */
export function checkRange(name: string, value: unknown, low: number, high?: number): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) throw invalid(name, "[least, most]", value);
  for (const end of value) checkNumber(name, end, low, high);
  if (value[0] > value[1]) throw invalid(name, "[least, most] in this order", value);
  return [value[0], value[1]];
}

/** A side of a square, or [height, width]. */
export type Size = number | readonly [number, number];

/** [height, width] in whole numbers from 1. */
export function checkSize(name: string, value: unknown): readonly [number, number] {
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2) throw invalid(name, "a side, or [height, width]", value);
  for (const side of pair) checkWhole(name, side, 1);
  return [Number(pair[0]), Number(pair[1])];
}
