// The representations of a MIME bundle as they cross to the front end: text, base64 text or JSON, each bounded, and text
// always among them. Used by mime-bundle.ts, display.ts and for what tslab's functions show.
import { types } from "node:util";
import type { MimeBundle } from "../ipc/cell-messages.js";
import { jsonText } from "./plain-json.js";
import { plainText } from "./plain-text.js";
import { cut } from "./safe-read.js";

/** Characters of text/plain. */
const textLength = 40_000;
/** Characters of any other representation: front ends, and whoever opens the notebook's file, take no more. */
const representationLength = 20_000_000;

/** For front ends that show nothing richer. */
const placeholders: Readonly<Record<string, string>> = {
  "image/png": "[PNG image]",
  "image/jpeg": "[JPEG image]",
  "image/gif": "[GIF image]",
  "image/svg+xml": "[SVG image]",
  "application/pdf": "[PDF document]",
  "application/javascript": "[JavaScript]",
};

/** One that is made only if it is not too large. */
interface Representation {
  /** In characters. */
  size: number;
  make(): unknown;
}

/**
 * A bundle as it is sent.
 * @param textOf makes text/plain where the bundle has no such text.
 * @param nameOf names a representation in errors.
 * @throws TypeError for what can't represent anything.
 */
export function sentBundle(
  bundle: Record<string, unknown>,
  textOf: (bundle: MimeBundle) => string = plainForm,
  nameOf: (type: string) => string = (type) => `representation of ${type}`,
): MimeBundle {
  const sent: MimeBundle = {};
  const tooLarge: MimeBundle = {};
  const notes: string[] = [];
  for (const [type, data] of Object.entries(bundle)) {
    // As if it were not there.
    if (type === "text/plain" && data === undefined) continue;
    const { size, make } = representation(type, data, nameOf(type));
    if (size <= representationLength || type === "text/plain") sent[type] = make();
    else {
      tooLarge[type] = typeof data === "string" || isJson(type) ? data : "";
      notes.push(`[${type} of ${amount(size)} characters is not shown; at most ${amount(representationLength)} are]\n`);
    }
  }
  const given = sent["text/plain"];
  const text = typeof given === "string" ? given : textOf({ ...sent, ...tooLarge });
  return { ...sent, "text/plain": `${notes.join("")}${cut(text, textLength)}` };
}

function representation(type: string, data: unknown, name: string): Representation {
  if (typeof data === "string") return { size: data.length, make: () => data };
  if (types.isUint8Array(data)) return bytes(type, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  if (types.isAnyArrayBuffer(data)) return bytes(type, Buffer.from(data));
  if (isJson(type)) {
    const text = jsonText(data, name);
    return { size: text.length, make: () => JSON.parse(text) as unknown };
  }
  // A notebook's file has texts as lists of lines.
  if (Array.isArray(data) && data.every((line) => typeof line === "string"))
    return representation(type, data.join(""), name);
  throw new TypeError(
    `invalid ${name}; expected ${isText(type) ? "text" : "bytes or base64 text"}: ${cut(plainText(data), 1000)}`,
  );
}

function bytes(type: string, data: Buffer): Representation {
  return isText(type)
    ? { size: data.length, make: () => data.toString("utf8") }
    : { size: Math.ceil(data.length / 3) * 4, make: () => data.toString("base64") };
}

function isText(type: string): boolean {
  return type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript";
}

function isJson(type: string): boolean {
  return /[/+]json$/.test(type);
}

/** What text says of a bundle that has none. */
function plainForm(bundle: MimeBundle): string {
  const texts = Object.keys(bundle).filter((type) => type.startsWith("text/") && type !== "text/html");
  // Front ends that know neither HTML nor Markdown show it as it is.
  const readable = [...["text/markdown", "text/latex"].filter((type) => type in bundle), ...texts][0];
  if (readable !== undefined) return String(bundle[readable]);
  const picture = Object.keys(placeholders).find((type) => type in bundle);
  if (picture !== undefined) return placeholders[picture] ?? "";
  for (const type of ["text/html", "application/json"]) {
    if (type in bundle) return typeof bundle[type] === "string" ? bundle[type] : plainText(bundle[type]);
  }
  return Object.keys(bundle)
    .map((type) => `[${type}]`)
    .join(" ");
}

function amount(characters: number): string {
  return characters.toLocaleString("en");
}
