// Takes files out of a .tar.gz. Called by cifar10; the npm packages that do it do far more.
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

const BLOCK = 512;

/**
 * The regular files in a .tar.gz (POSIX ustar; https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html), one
 * after the other.
 * @throws when the archive is damaged or ends too early
 */
export async function* untar(path: string): AsyncGenerator<{ name: string; contents: Uint8Array }, void, undefined> {
  let pending: Buffer = Buffer.alloc(0);
  const chunks = createReadStream(path).pipe(createGunzip())[Symbol.asyncIterator]();
  const take = async (size: number) => {
    const parts = [pending];
    let have = pending.length;
    while (have < size) {
      const next = (await chunks.next()) as IteratorResult<Buffer, undefined>;
      if (next.done) throw new Error(`invalid archive; expected ${size - have} more bytes: ${path}`);
      parts.push(next.value);
      have += next.value.length;
    }
    const all = parts.length === 1 ? pending : Buffer.concat(parts);
    pending = all.subarray(size);
    return all.subarray(0, size);
  };
  for (;;) {
    const header = await take(BLOCK);
    // The archive ends with empty blocks.
    if (header.every((byte) => byte === 0)) return;
    const text = (start: number, length: number) =>
      header.toString("latin1", start, start + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 12).trim(), 8);
    if (!Number.isInteger(size) || size < 0)
      throw new Error(`invalid archive; expected the size of ${text(0, 100)}: ${path}`);
    const contents = await take(Math.ceil(size / BLOCK) * BLOCK);
    const kind = text(156, 1);
    if (kind === "0" || kind === "") {
      const prefix = text(345, 155);
      yield { name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100), contents: contents.subarray(0, size) };
    }
  }
}
