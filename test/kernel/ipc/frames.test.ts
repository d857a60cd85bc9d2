// Frames: what is written comes out again, in order, in whatever pieces the pipe delivers it, without copying it again and again.
import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeFrame, FrameReader } from "../../../kernel/ipc/frames.js";

function read(pieces: Buffer[]): unknown[] {
  const messages: unknown[] = [];
  const reader = new FrameReader<unknown>((message) => messages.push(message));
  for (const piece of pieces) reader.push(piece);
  return messages;
}

describe("frames", () => {
  it("arrive whole, in order, from pieces of any size", () => {
    const message = fc.record(
      {
        type: fc.string(),
        text: fc.string({ unit: "grapheme", maxLength: 300 }),
        n: fc.double(),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 200 })),
        (messages, sizes) => {
          const all = Buffer.concat(messages.map(encodeFrame));
          const pieces: Buffer[] = [];
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const size = sizes[turn % Math.max(1, sizes.length)] ?? 7;
            pieces.push(all.subarray(at, at + size));
            at += size;
          }
          assert.deepEqual(read(pieces), messages);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("carry bytes, dates, maps and undefined as they are", () => {
    const message = {
      bytes: new Uint8Array([1, 2, 3]),
      date: new Date(5),
      map: new Map([[1, undefined]]),
      none: undefined,
    };
    const [received] = read([encodeFrame(message)]) as [typeof message];
    assert.deepEqual([...received.bytes], [1, 2, 3]);
    assert.deepEqual({ ...received, bytes: 0 }, { ...message, bytes: 0 });
  });

  it("of 32 MB in pieces of 64 kB are read in linear time", () => {
    const frame = encodeFrame({ text: "x".repeat(32 << 20) });
    const pieces = Array.from({ length: Math.ceil(frame.length / 65_536) }, (_, n) =>
      frame.subarray(n * 65_536, (n + 1) * 65_536),
    );
    const copied = { bytes: 0 };
    const { concat } = Buffer;
    Buffer.concat = (list, length) => {
      const joined = concat(list, length);
      copied.bytes += joined.length;
      return joined;
    };
    try {
      assert.equal((read(pieces)[0] as { text: string }).text.length, 32 << 20);
    } finally {
      Buffer.concat = concat;
    }
    assert.ok(copied.bytes <= 2 * frame.length, `${copied.bytes} bytes were copied`);
  });
});
