// Reads IDX files, MNIST's format: a magic number, sizes, bytes.
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { invalid } from "../engine/invalid.js";

const unzip = promisify(gunzip);

/**
 * Reads an IDX file of unsigned bytes, gzipped or not (http://yann.lecun.com/exdb/mnist).
 * @throws when it is something else, or ends too early
 */
export async function readIdx(path: string): Promise<{ shape: readonly number[]; values: Uint8Array }> {
  const given = await readFile(path);
  const bytes = given[0] === 0x1f && given[1] === 0x8b ? await unzip(given) : given;
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0 || bytes[2] !== 8 || rank === 0 || bytes.length < 4 + 4 * rank) {
    throw invalid(path, "an IDX file of unsigned bytes", bytes.subarray(0, 4));
  }
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const values = bytes.subarray(4 + 4 * rank);
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) throw invalid(path, `${size} bytes for [${shape.join(", ")}]`, `${values.length} bytes`);
  return { shape, values };
}
