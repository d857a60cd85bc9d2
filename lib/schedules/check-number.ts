// The one shape of error of this folder's options.

/** @throws `invalid <name>; expected <rule>: <value>` unless `value` is a finite number and `holds`. */
export function checkNumber(name: string, value: unknown, rule: string, holds = true): void {
  if (typeof value !== "number" || !Number.isFinite(value) || !holds) {
    throw new Error(`invalid ${name}; expected ${rule}: ${String(value)}`);
  }
}
