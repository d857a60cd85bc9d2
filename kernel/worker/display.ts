// `display` as cells know it: values and bundles to the front end, and handles that replace what they showed.
import { randomUUID } from "node:crypto";
import type { MimeBundle } from "../ipc/cell-messages.js";
import { type CellRun, currentRun } from "./cell-run.js";
import type { Display, DisplayHandle, DisplayMethods, DisplayOptions } from "./globals.js";
import { mimeBundle } from "./mime-bundle.js";
import type { Outbox } from "./outbox.js";
import { pictureSize } from "./picture-size.js";
import { plainObject } from "./plain-json.js";
import { sentBundle } from "./representations.js";

/** One thing to be sent; the last `Shown` of a display id may still be waiting for its value. */
interface Target {
  id: string;
  update: boolean;
  metadata: Record<string, unknown>;
}

const mimeTypes = {
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
  json: "application/json",
  javascript: "application/javascript",
  text: "text/plain",
} as const;

export function makeDisplay(outbox: Outbox): Display {
  const show = (value: unknown, target: Target): void => {
    const run = currentRun();
    const made = mimeBundle(value);
    if (made instanceof Promise) {
      // In its place at once; the value comes when it is ready.
      send(run, { "text/plain": "" }, target);
      const later = { ...target, update: true };
      // A rejection is the cell's: an error that nobody awaits.
      void made.then((bundle) => send(run, bundle, later));
    } else send(run, made, target);
  };

  const send = (run: CellRun | undefined, data: MimeBundle, { id, update, metadata }: Target): void => {
    const all = { ...pictureSize(data), ...metadata };
    outbox.show(run, { type: "display", cell: run?.id ?? "", update, displayId: id, data, metadata: all });
  };

  const raw = (data: MimeBundle, metadata: unknown, id: string, update: boolean): void => {
    send(currentRun(), data, { id, update, metadata: plainObject(metadata, "metadata") });
  };

  /** The methods of `display` itself, or, with an id, of that display's handle. */
  const methods = (given: string | undefined): DisplayMethods => {
    const handle = (update: (id: string) => void): DisplayHandle => {
      const id = given ?? randomUUID();
      update(id);
      return makeHandle(id);
    };
    const made = Object.entries(mimeTypes).map(([name, type]) => [
      name,
      (value: unknown) => handle((id) => raw(ofKind(name, type, value), {}, id, given !== undefined)),
    ]);
    return {
      ...(Object.fromEntries(made) as Omit<DisplayMethods, "raw">),
      raw: (bundle, metadata) =>
        handle((id) => raw(sentBundle(plainRecord(bundle)), metadata, id, given !== undefined)),
    };
  };

  const makeHandle = (id: string): DisplayHandle => {
    const handle: DisplayHandle = {
      id,
      update(value) {
        show(value, { id, update: true, metadata: {} });
        return handle;
      },
      ...methods(id),
    };
    // The last expression of a cell is often a display, whose handle nobody wants to see: `display(x)`.
    handles.add(handle);
    return handle;
  };

  const display = (value: unknown, options: DisplayOptions = {}): DisplayHandle => {
    const id = options.id ?? randomUUID();
    show(value, { id, update: options.update === true, metadata: plainObject(options.metadata, "metadata") });
    return makeHandle(id);
  };

  return Object.assign(display, methods(undefined), {
    clear({ wait = false }: { wait?: boolean } = {}): void {
      const run = currentRun();
      outbox.show(run, { type: "clear-output", cell: run?.id ?? "", wait: wait === true });
    },
  });
}

const handles = new WeakSet<object>();

/** A display's handle: shown as a result it would only be noise. */
export function isHandle(value: unknown): boolean {
  return typeof value === "object" && value !== null && handles.has(value);
}

function ofKind(name: string, type: string, value: unknown): MimeBundle {
  const data = type === "text/plain" ? String(value) : value;
  return sentBundle({ [type]: data }, undefined, () => name);
}

function plainRecord(bundle: unknown): Record<string, unknown> {
  if (typeof bundle === "object" && bundle !== null && !Array.isArray(bundle)) return bundle as Record<string, unknown>;
  throw new TypeError(`invalid bundle; expected an object from MIME type to representation: ${String(bundle)}`);
}
