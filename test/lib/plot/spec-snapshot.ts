// A specification as it is kept in test/fixtures/plot/specs: what a person reads of it, and a hash of what is too much to read.
// Called by the test that compares, and by the script beside the snapshots that writes them.
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { makeSpec } from "../../../lib/plot/spec.js";

const mostRows = 8;
/** All charts have it; it is kept once. */
export const look = makeSpec({}).config;

/** @returns plain JSON: long lists of data as their number, their ends and a hash, images as a hash of their pixels */
export function snapshotOf(spec: object): unknown {
  const { config, ...own } = spec as { config?: unknown };
  const isUsual = JSON.stringify(config) === JSON.stringify(look);
  return JSON.parse(JSON.stringify({ ...(thinned(own) as object), ...(isUsual ? {} : { config }) }));
}

/** As a file's name, without its end. */
export function fileOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

function thinned(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("data:image/png;base64,")) return `image ${hash(pixelsOf(value))}`;
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, thinned(one)]));
  const all = value.map(thinned);
  if (all.length <= mostRows) return all;
  const [first, second, last] = [all[0], all[1], all.at(-1)];
  return { rows: all.length, first: [first, second], last, hash: hash(JSON.stringify(all)) };
}

/** The compressed bytes differ from version to version of zlib, the pixels don't. https://www.w3.org/TR/png-3/ */
function pixelsOf(url: string): Buffer {
  const file = Buffer.from(url.replace(/^[^,]*,/, ""), "base64");
  const parts: Buffer[] = [file.subarray(16, 29)];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    if (file.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(inflateSync(file.subarray(at + 8, at + 8 + file.readUInt32BE(at))));
  return Buffer.concat(parts);
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
