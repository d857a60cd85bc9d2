// Plain PNG files are decoded as sharp decodes them, byte for byte; what is not plain, or not whole, is left to sharp.
import assert from "node:assert/strict";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { SplitMix32 } from "../../../lib/engine/random.js";
import { plainPng } from "../../../lib/serve/plain-png.js";
import { pictureFile, randomBytes } from "./pictures.js";

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A file of random lines with all filters, its data in several chunks. */
function file(seed: number, height: number, width: number, channels: 1 | 3, more: readonly Buffer[] = []): Buffer {
  const random = new SplitMix32(seed);
  const lines = Buffer.alloc(height * (width * channels + 1));
  for (let i = 0; i < lines.length; i++)
    lines[i] = i % (width * channels + 1) === 0 ? random.below(5) : random.below(256);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8);
  const data = deflateSync(lines);
  const cut = Math.floor(data.length / 2);
  const parts = [
    chunk("IHDR", header),
    ...more,
    chunk("IDAT", data.subarray(0, cut)),
    chunk("IDAT", data.subarray(cut)),
  ];
  return Buffer.concat([signature, ...parts, chunk("IEND", Buffer.alloc(0))]);
}

async function sharpBytes(picture: Buffer, channels: 1 | 3): Promise<Buffer> {
  return sharp(picture)
    .autoOrient()
    .flatten({ background: "#000000" })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw()
    .toBuffer();
}

describe("serve: plain PNG files", () => {
  it("are decoded as sharp does, whatever the filters", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new SplitMix32(seed);
      const [height, width, channels] = [1 + random.below(40), 1 + random.below(40), random.below(2) ? 3 : 1] as const;
      const picture = file(seed, height, width, channels, [chunk("tEXt", Buffer.from("a\0b"))]);
      const own = plainPng(picture, [height, width, channels]);
      assert.deepEqual(own && Buffer.from(own), await sharpBytes(picture, channels), `seed ${seed}`);
    }
  });

  it("are those that sharp and others write", async () => {
    for (const channels of [1, 3] as const) {
      const bytes = randomBytes(28 * 28 * channels, channels);
      // A grey one is written as RGB by sharp, unless it is told otherwise.
      const plain = await pictureFile(bytes, [28, 28, channels]);
      assert.deepEqual(plainPng(plain, [28, 28, channels]), bytes);
      if (channels === 1) assert.deepEqual(await sharpBytes(plain, 1), Buffer.from(bytes));
    }
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const grey = await sharp(bytes, { raw: { width: 16, height: 16, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    assert.deepEqual(plainPng(grey, [16, 16, 1]), bytes);
    const asColor = await pictureFile(bytes, [16, 16, 1]);
    assert.deepEqual(plainPng(asColor, [16, 16, 1]), bytes);
    assert.deepEqual(await sharpBytes(asColor, 1), Buffer.from(bytes));
    assert.equal(plainPng(grey, [16, 16, 3]), undefined);
  });

  it("are left to sharp where anything else is in them", async () => {
    const bytes = randomBytes(784, 1);
    const raw = sharp(bytes, { raw: { width: 28, height: 28, channels: 1 } });
    const others = [
      file(1, 28, 28, 1, [chunk("gAMA", Buffer.from([0, 0, 0x9c, 0x40]))]),
      file(1, 28, 28, 1, [chunk("tRNS", Buffer.from([0, 7]))]),
      file(1, 28, 28, 3),
      file(1, 28, 27, 1),
      await raw.clone().png({ palette: true }).toBuffer(),
      await raw.clone().png({ progressive: true }).toBuffer(),
      await raw.clone().toColourspace("grey16").png().toBuffer(),
      await raw.clone().jpeg().toBuffer(),
      Buffer.alloc(100),
      Buffer.alloc(0),
    ];
    for (const other of others) assert.equal(plainPng(other, [28, 28, 1]), undefined);
  });

  it("are left to sharp where a byte is wrong or missing", () => {
    const good = file(2, 12, 12, 1);
    assert.ok(plainPng(good, [12, 12, 1]));
    for (let i = 8; i < good.length; i++) {
      const wrong = Buffer.from(good);
      wrong[i] = (wrong[i] ?? 0) ^ 0x10;
      assert.equal(plainPng(wrong, [12, 12, 1]), undefined, `byte ${i}`);
      assert.equal(plainPng(good.subarray(0, i), [12, 12, 1]), undefined, `${i} bytes`);
    }
  });

  it("do not unpack to more than the picture", () => {
    const bomb = deflateSync(Buffer.alloc(10_000_000));
    const header = Buffer.alloc(13);
    header.writeUInt32BE(28, 0);
    header.writeUInt32BE(28, 4);
    header.set([8, 0, 0, 0, 0], 8);
    const picture = [signature, chunk("IHDR", header), chunk("IDAT", bomb), chunk("IEND", Buffer.alloc(0))];
    assert.equal(plainPng(Buffer.concat(picture), [28, 28, 1]), undefined);
  });
});
