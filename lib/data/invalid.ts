// The one shape of error in this folder: which argument, what was expected of it, what was given.

/** An error that says `invalid <name>; expected <rule>: <value>`. */
export function invalid(name: string, rule: string, value: unknown, cause?: unknown): Error {
  return new Error(`invalid ${name}; expected ${rule}: ${brief(value)}`, cause === undefined ? {} : { cause });
}

/** @throws unless `value` is a whole number in [least, most]. */
export function checkWhole(name: string, value: unknown, least = 0, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  const end = most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : "";
  throw invalid(name, `a whole number from ${least}${end}`, value);
}

/** @throws unless `value` is an object of options with no key beyond `known` (a typing error would be ignored in silence). */
export function checkOptions(name: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== "object" || value === null) throw invalid(name, `an object with ${known.join(", ")}`, value);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(name, `options among ${known.join(", ")}`, unknown);
}

function brief(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const list = value as ArrayLike<unknown>;
    const first = Array.from({ length: Math.min(list.length, 5) }, (_, i) => brief(list[i]));
    return `[${first.join(", ")}${list.length > 5 ? `, … (${list.length})` : ""}]`;
  }
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === "string" && name !== "Object" ? `a ${name}` : "an object";
}
