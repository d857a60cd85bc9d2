// What a value looks like in the notebook: the MIME bundle that it makes of itself with `Symbol.for("Jupyter.display")`,
// always with text beside it. Used for results and displays.
import type { MimeBundle } from "../ipc/cell-messages.js";
import { plainText } from "./plain-text.js";
import { cut, isError, read, readText } from "./safe-read.js";

export const displayMethod = Symbol.for("Jupyter.display");

/**
 * The bundle of a value; a promise where the value takes time to show itself. A value that fails to show itself is shown as
 * text, which says so.
 */
export function mimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  const show = read(value, displayMethod);
  if (typeof show !== "function") return { "text/plain": plainText(value) };
  try {
    const made: unknown = Reflect.apply(show, value, []);
    if (typeof read(made, "then") !== "function") return complete(made, value);
    return Promise.resolve(made).then(
      (bundle) => complete(bundle, value),
      (error: unknown) => failed(value, error),
    );
  } catch (error) {
    return failed(value, error);
  }
}

function complete(made: unknown, value: unknown): MimeBundle {
  if (typeof made !== "object" || made === null || Array.isArray(made))
    return failed(value, new TypeError(`expected an object from MIME type to representation: ${plainText(made)}`));
  try {
    const bundle = plainBundle(made as Record<string, unknown>);
    if (typeof bundle["text/plain"] !== "string") bundle["text/plain"] = plainText(value);
    return bundle;
  } catch (error) {
    return failed(value, error);
  }
}

function failed(value: unknown, error: unknown): MimeBundle {
  const reason = isError(error) ? (readText(error, "message") ?? "") : plainText(error);
  const note = `[its Symbol.for("Jupyter.display") method fails: ${cut(reason, 1000)}]`;
  return { "text/plain": `${plainText(value)}\n${note}` };
}

/** A bundle as it crosses to the front end: text, base64 text, or JSON. */
export function plainBundle(bundle: Record<string, unknown>): MimeBundle {
  return Object.fromEntries(Object.entries(bundle).map(([type, data]) => [type, representation(type, data)]));
}

function representation(type: string, data: unknown): unknown {
  if (typeof data === "string") return data;
  if (data instanceof Uint8Array) {
    const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return isText(type) ? buffer.toString("utf8") : buffer.toString("base64");
  }
  if (data instanceof ArrayBuffer) return representation(type, new Uint8Array(data));
  return plainJson(data, `representation of ${type}`);
}

function isText(type: string): boolean {
  return type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript";
}

/** A copy that is nothing but data. */
export function plainJson(data: unknown, name: string): unknown {
  try {
    return JSON.parse(JSON.stringify(data) ?? "null") as unknown;
  } catch (error) {
    const message = String(read(error, "message"));
    throw new TypeError(`invalid ${name}; expected text, bytes or JSON: ${message}`, { cause: error });
  }
}

export function plainObject(data: unknown, name: string): Record<string, unknown> {
  const copy = plainJson(data ?? {}, name);
  if (typeof copy === "object" && copy !== null && !Array.isArray(copy)) return copy as Record<string, unknown>;
  throw new TypeError(`invalid ${name}; expected an object: ${plainText(data)}`);
}
