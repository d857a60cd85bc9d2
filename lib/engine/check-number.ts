// One check for numeric options everywhere: what was given, and what was expected.

/** @throws unless `value` is a finite number and `holds`; the error says `invalid <name>; expected <rule>: <value>`. */
export function checkNumber(name: string, value: unknown, rule: string, holds: boolean): asserts value is number {
  if (typeof value === "number" && Number.isFinite(value) && holds) return;
  throw new Error(
    `invalid ${name}; expected ${rule}: ${typeof value === "string" ? JSON.stringify(value) : String(value)}`,
  );
}
