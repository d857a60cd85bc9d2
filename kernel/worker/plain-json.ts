// What user code gives as data, as nothing but data: JSON. Used for metadata, comms and representations.
import { plainText } from "./plain-text.js";
import { read } from "./safe-read.js";

/** @throws TypeError for cycles, BigInts and what fails to be read. */
export function jsonText(data: unknown, name: string): string {
  try {
    return JSON.stringify(data) ?? "null";
  } catch (error) {
    const message = String(read(error, "message"));
    throw new TypeError(`invalid ${name}; expected text, bytes or JSON: ${message}`, { cause: error });
  }
}

/** A copy; an empty one of undefined and null. */
export function plainObject(data: unknown, name: string): Record<string, unknown> {
  const copy = JSON.parse(jsonText(data ?? {}, name)) as unknown;
  if (typeof copy === "object" && copy !== null && !Array.isArray(copy)) return copy as Record<string, unknown>;
  throw new TypeError(`invalid ${name}; expected an object: ${plainText(data)}`);
}
