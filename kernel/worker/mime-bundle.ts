// What a value looks like in the notebook: the MIME bundle that it makes of itself with `Symbol.for("Jupyter.display")`,
// always with text beside it. Used for results and displays.
import type { MimeBundle } from "../ipc/cell-messages.js";
import { objectTable } from "./object-table.js";
import { plainText } from "./plain-text.js";
import { sentBundle } from "./representations.js";
import { cut, isError, read, readText } from "./safe-read.js";

export const displayMethod = Symbol.for("Jupyter.display");

/**
 * The bundle of a value; a promise where the value takes time to show itself. A value that fails to show itself is shown as
 * text, which says so.
 */
export function mimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  const show = read(value, displayMethod);
  if (typeof show !== "function") return ownBundle(value);
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

/** Of what has no way of its own to show itself. */
function ownBundle(value: unknown): MimeBundle {
  const table = objectTable(value);
  return { ...(table === undefined ? {} : { "text/html": table }), "text/plain": plainText(value) };
}

function complete(made: unknown, value: unknown): MimeBundle {
  if (typeof made !== "object" || made === null || Array.isArray(made))
    return failed(value, new TypeError(`expected an object from MIME type to representation: ${plainText(made)}`));
  try {
    return sentBundle(made as Record<string, unknown>, () => plainText(value));
  } catch (error) {
    return failed(value, error);
  }
}

function failed(value: unknown, error: unknown): MimeBundle {
  const reason = isError(error) ? (readText(error, "message") ?? "") : plainText(error);
  const note = `[its Symbol.for("Jupyter.display") method fails: ${cut(reason, 1000)}]`;
  return { "text/plain": `${plainText(value)}\n${note}` };
}
