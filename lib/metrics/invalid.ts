// The one shape of error in this folder: which argument, what was expected of it, what was given.

/** An error that says `invalid <name>; expected <rule>: <value>`. */
export function invalid(name: string, rule: string, value: unknown): Error {
  return new Error(`invalid ${name}; expected ${rule}: ${brief(value)}`);
}

/** A metric that has no value on this input, though each sample is fine: a class without samples, a constant, … */
export class UndefinedMetricError extends Error {
  override readonly name = "UndefinedMetricError";

  /** @param name the argument to blame; the message has the same shape as all others. */
  constructor(name: string, rule: string, value: unknown) {
    super(invalid(name, rule, value).message);
  }
}

function brief(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || typeof value !== "object") return String(value);
  if (isList(value)) {
    const first = Array.from({ length: Math.min(value.length, 5) }, (_, i) => brief(value[i]));
    return `[${first.join(", ")}${value.length > 5 ? `, … (${value.length})` : ""}]`;
  }
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === "string" && name !== "Object" ? `a ${name}` : "an object";
}

/** Whether this is a list of values: an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** @throws unless it is an array or a typed array; `what` says of what. */
export function checkList(name: string, value: unknown, what: string): asserts value is ArrayLike<unknown> {
  if (isList(value)) return;
  const tensor = typeof value === "object" && value !== null && "dataSync" in value;
  throw invalid(name, `an array or typed array of ${what}${tensor ? " (await tensor.data())" : ""}`, value);
}

/** @throws unless `value` is one of `choices`. */
export function checkChoice<T>(name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  throw invalid(name, `one of ${choices.map((choice) => brief(choice)).join(", ")}`, value);
}
