// Data sets out of files: CIFAR-10, Fashion-MNIST, CSV, pictures; and the download, against a server of our own.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { download } from "../../../lib/data/download.js";
import { type CsvOptions, cifar10, csv, fashionMnist, imageFolder } from "../../../lib/data/index.js";

let folder = "";
const path = (...names: string[]) => join(folder, ...names);

async function serving<T>(answer: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** A tar of files, as POSIX describes it. */
function tar(files: Record<string, Uint8Array>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, contents]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(contents.length.toString(8).padStart(11, "0"), 124);
    header.write("0", 156);
    return [header, contents, Buffer.alloc((512 - (contents.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** Two records of CIFAR-10: a label, and planes that tell red, green and blue apart. */
function cifarBatch(first: number): Buffer {
  return Buffer.concat(
    [first, first + 1].map((label) => {
      const pixels = Buffer.alloc(3072, 1);
      pixels.fill(2, 1024).fill(3, 2048);
      pixels[33] = 100 + label;
      return Buffer.concat([Buffer.of(label), pixels]);
    }),
  );
}

const cifarFiles: Record<string, Buffer> = Object.fromEntries([
  ...[1, 2, 3, 4, 5].map((i) => [`cifar-10-batches-bin/data_batch_${i}.bin`, cifarBatch(i)]),
  ["cifar-10-batches-bin/test_batch.bin", cifarBatch(0)],
]);

function idx(shape: number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, bytes]);
}

describe("data: files", () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cellgrad-data-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  describe("cifar10", () => {
    it("reads the archive once, then the files", async () => {
      await writeFile(path("cifar-10-binary.tar.gz"), gzipSync(tar(cifarFiles)));
      for (let round = 0; round < 2; round++) {
        const { train, test, classNames } = await cifar10({ directory: folder });
        assert.deepEqual([train.length, test.length, train.shape, classNames[3]], [10, 2, [32, 32, 3], "cat"]);
        assert.deepEqual([...train.labels], [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
        const { values } = train.get(9);
        assert.deepEqual([...values.subarray(0, 3), ...values.subarray(99, 102)], [1, 2, 3, 106, 2, 3]);
        await rm(path("cifar-10-binary.tar.gz"), { force: true });
      }
    });

    it("says what is missing or wrong", async () => {
      await assert.rejects(
        cifar10({ directory: folder }),
        /invalid directory; expected CIFAR-10's data_batch_1.bin .*download: true fetches it/,
      );
      await writeFile(path("cifar-10-binary.tar.gz"), gzipSync(tar(cifarFiles)).subarray(0, 200));
      await assert.rejects(cifar10({ directory: folder }));
      for (const name of Object.keys(cifarFiles)) await writeFile(path(name.slice(21)), Buffer.alloc(3073, 11));
      await assert.rejects(
        cifar10({ directory: folder }),
        /data_batch_1.bin; expected a label from 0 to 9 at byte 0: 11/,
      );
      await writeFile(path("test_batch.bin"), Buffer.alloc(100));
      for (let i = 1; i <= 5; i++) await writeFile(path(`data_batch_${i}.bin`), cifarBatch(1));
      await assert.rejects(
        cifar10({ directory: folder }),
        /test_batch.bin; expected records of 3073 bytes: "100 bytes"/,
      );
    });

    it("does not take another file for it", async () => {
      await serving(
        (_, response) => response.end(gzipSync(tar(cifarFiles))),
        (url) =>
          assert.rejects(
            cifar10({ directory: folder, download: true, url, onProgress: () => {} }),
            /invalid download; expected MD5 c32a1d4/,
          ),
      );
    });
  });

  describe("fashionMnist", () => {
    it("reads IDX files, gzipped or not", async () => {
      const images = Uint8Array.from({ length: 3 * 784 }, (_, i) => i & 255);
      for (const [name, count] of [
        ["train", 3],
        ["t10k", 2],
      ] as const) {
        await writeFile(
          path(`${name}-images-idx3-ubyte.gz`),
          gzipSync(idx([count, 28, 28], images.subarray(0, count * 784))),
        );
        await writeFile(path(`${name}-labels-idx1-ubyte`), idx([count], Uint8Array.of(9, 0, 5).subarray(0, count)));
      }
      const { train, test, classNames } = await fashionMnist({ directory: folder });
      assert.deepEqual([train.length, test.length, train.shape, classNames[9]], [3, 2, [28, 28, 1], "Ankle boot"]);
      assert.deepEqual([[...train.labels], train.get(1).values], [[9, 0, 5], images.slice(784, 1568)]);
      await writeFile(path("t10k-labels-idx1-ubyte"), idx([3], Uint8Array.of(1, 2, 3)));
      await assert.rejects(fashionMnist({ directory: folder }), /expected 2 labels, as many as images: \[3\]/);
      await writeFile(path("t10k-labels-idx1-ubyte"), "text");
      await assert.rejects(fashionMnist({ directory: folder }), /expected an IDX file of unsigned bytes/);
      await writeFile(path("t10k-labels-idx1-ubyte"), idx([5], Uint8Array.of(1, 2)));
      await assert.rejects(fashionMnist({ directory: folder }), /expected 5 bytes for \[5\]: "2 bytes"/);
    });

    it("says where to get it", async () => {
      await assert.rejects(
        fashionMnist({ directory: folder }),
        /invalid directory; expected Fashion-MNIST's train-images-idx3-ubyte.gz .*apt install/,
      );
    });
  });

  describe("download", () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) & 255));

    it("resumes what was begun, says how far it is, and does nothing the second time", async () => {
      const ranges: (string | undefined)[] = [];
      const progress: [number, number | undefined][] = [];
      const answer: RequestListener = (request, response) => {
        ranges.push(request.headers.range);
        const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
        response.writeHead(start > 0 ? 206 : 200, { "content-length": bytes.length - start });
        if (ranges.length === 1)
          response.write(bytes.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
        else response.end(bytes.subarray(start));
      };
      await serving(answer, async (url) => {
        const options = {
          onProgress: ({ received, total }: { received: number; total: number | undefined }) =>
            progress.push([received, total]),
        };
        const call = () => download(url, path("sub", "file.bin"), md5(bytes), options);
        await assert.rejects(
          call(),
          /cannot download http.* bytes are kept; calling again goes on from there. Without a network, put the file at/,
        );
        const kept = (await stat(path("sub", "file.bin.part"))).size;
        assert.ok(kept > 0 && kept <= 100_000);
        await call();
        assert.deepEqual(ranges, [undefined, `bytes=${kept}-`]);
        assert.deepEqual(progress.at(-1), [300_000, 300_000]);
        assert.ok(bytes.equals(await readFile(path("sub", "file.bin"))));
        await call();
        assert.equal(ranges.length, 2);
      });
    });

    it("starts anew where the server knows no ranges, and deletes what is wrong", async () => {
      await writeFile(path("a.part"), "other");
      await serving(
        (_, response) => response.end(bytes),
        async (url) => {
          await download(url, path("a"), md5(bytes), { onProgress: () => {} });
          assert.ok(bytes.equals(await readFile(path("a"))));
          await assert.rejects(
            download(url, path("b"), md5(Buffer.of(1)), { onProgress: () => {} }),
            /invalid download; expected MD5 .*\(deleted; calling again starts anew\)/,
          );
          await assert.rejects(stat(path("b.part")));
        },
      );
    });

    it("says that there is no network, or no file, and stops when it is told to", async () => {
      await assert.rejects(
        download("http://127.0.0.1:9/x.bin", path("x.bin"), ""),
        (error: Error) =>
          error.message.startsWith("cannot download http://127.0.0.1:9/x.bin: fetch failed") &&
          error.message.endsWith(`put the file at ${path("x.bin")}`),
      );
      await serving(
        (_, response) => response.writeHead(404).end(),
        (url) => assert.rejects(download(url, path("x"), ""), /the server answers 404 Not Found/),
      );
      const controller = new AbortController();
      const hanging: RequestListener = (_, response) => {
        response.write("begin");
        setTimeout(() => controller.abort(new Error("enough")), 30);
      };
      await serving(hanging, (url) =>
        assert.rejects(
          download(url, path("y"), "", { signal: controller.signal, onProgress: () => {} }),
          /^Error: enough$/,
        ),
      );
    });
  });

  describe("csv", () => {
    const read = async (text: string, options: CsvOptions) => {
      await writeFile(path("t.csv"), text);
      return csv(path("t.csv"), options);
    };

    it("reads features and classes", async () => {
      const data = await read('\uFEFFwidth,"the ""kind""",height\r\n1,b,2.5\r\n\r\n-3e2,"a,\nx",4', {
        label: 'the "kind"',
      });
      assert.deepEqual(
        [data.length, data.shape, data.featureNames, data.classNames],
        [2, [2], ["width", "height"], ["a,\nx", "b"]],
      );
      assert.deepEqual([[...data.labels], data.get(1).values], [[1, 0], Float32Array.of(-300, 4)]);
      const numbers = await read("x;y\n1;10\n2;9\n3;10\n", { label: "y", separator: ";" });
      assert.deepEqual(
        [numbers.classNames, [...numbers.labels]],
        [
          ["9", "10"],
          [1, 0, 1],
        ],
      );
      const target = await read("1,2,3\n4,5,6\n", { target: "b", columns: ["a", "b", "c"], features: ["c"] });
      assert.deepEqual([[...target.labels], [...target.get(1).values]], [[2, 5], [6]]);
    });

    it("says where what is wrong", async () => {
      const wrong: [string, CsvOptions, RegExp][] = [
        ["a,b\n1,x\n,y", { label: "b" }, /invalid t.csv, line 3, column a; expected a finite number: ""/],
        ["a,b\n1,x\n2", { label: "b" }, /invalid t.csv, line 3; expected 2 columns: 1/],
        ["a,b\n1,", { label: "b" }, /invalid t.csv, line 2, column b; expected a class: ""/],
        ["a,b\n1,x", { label: "c" }, /invalid label; expected a column of t.csv: a, b: "c"/],
        ["a,a\n1,x", { label: "a" }, /invalid t.csv, line 1; expected a different name a column/],
        ['a,b\n1,"x', { label: "b" }, /invalid t.csv, line 2; expected a closing quote/],
        ["a,b\n", { label: "b" }, /invalid t.csv; expected at least one sample: "none"/],
        ["a,b\n1,x", {}, /either label or target/],
      ];
      for (const [text, options, message] of wrong) await assert.rejects(read(text, options), message);
      await assert.rejects(csv(path("none.csv"), { label: "a" }), /ENOENT/);
    });

    it("reads back what is written by the rules", async () => {
      const cell = fc
        .string({ minLength: 1, unit: fc.constantFrom(..."ab ,\"\n\r;'") })
        .filter((text) => text.trim() !== "");
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), cell), { minLength: 1, maxLength: 8 }),
          async (rows) => {
            const text = rows.map(([x, name]) => `${x},"${name.replaceAll('"', '""')}"`).join("\n");
            const data = await read(`x,y\n${text}`, { label: "y" });
            rows.forEach(([x, name], i) => {
              assert.equal(data.get(i).values[0], x + 0);
              assert.equal(data.get(i).className, name.trim());
            });
          },
        ),
        { numRuns: 60 },
      );
    });
  });

  it("csv, IDX and archives of anything are read, or refused with a reason", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'a1,"\n\r.') }),
        fc.uint8Array({ maxLength: 40 }),
        async (text, bytes) => {
          await writeFile(path("x.csv"), text);
          await csv(path("x.csv"), { label: "a" }).catch((error: Error) =>
            assert.match(error.message, /^invalid .*; expected /s),
          );
          await writeFile(path("train-images-idx3-ubyte"), bytes);
          await writeFile(path("train-labels-idx1-ubyte"), bytes);
          await assert.rejects(fashionMnist({ directory: folder }), /^Error: invalid .*; expected /s);
          await writeFile(path("cifar-10-binary.tar.gz"), gzipSync(bytes));
          await assert.rejects(cifar10({ directory: folder }), /^Error: invalid .*; expected /s);
        },
      ),
      { numRuns: 60 },
    );
  });

  describe("imageFolder", () => {
    const picture = async (
      name: string,
      width: number,
      height: number,
      background: { r: number; g: number; b: number },
    ) => {
      await mkdir(path(name, ".."), { recursive: true });
      await sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toFile(path(name));
    };

    it("reads a class a folder, in alphabetical order", async () => {
      await picture("dog/1.png", 6, 4, { r: 255, g: 0, b: 0 });
      await picture("cat/deep/2.png", 6, 4, { r: 0, g: 255, b: 0 });
      await picture("cat/1.png", 6, 4, { r: 0, g: 0, b: 255 });
      await writeFile(path("cat", "notes.txt"), "no picture");
      const data = await imageFolder(folder);
      assert.deepEqual(
        [data.length, data.shape, data.classNames, [...data.labels]],
        [3, [4, 6, 3], ["cat", "dog"], [0, 0, 1]],
      );
      assert.deepEqual(
        Array.from(data, ({ values }) => [...values.subarray(0, 3)]),
        [
          [0, 0, 255],
          [0, 255, 0],
          [255, 0, 0],
        ],
      );
      const gray = await imageFolder(folder, { size: [5, 3], channels: 1 });
      assert.deepEqual([gray.shape, gray.get(2).values.length], [[5, 3, 1], 15]);
    });

    it("says which picture is wrong", async () => {
      await assert.rejects(imageFolder(folder), /invalid directory; expected a folder a class, with pictures in them/);
      await assert.rejects(imageFolder(path("none")), /invalid directory; expected a directory that can be read/);
      await picture("a/1.png", 6, 4, { r: 0, g: 0, b: 0 });
      await picture("b/1.png", 4, 6, { r: 0, g: 0, b: 0 });
      await assert.rejects(
        imageFolder(folder),
        /b.1.png; expected \[4, 6, 3\] as .*1.png \(size: brings all to one\): \[6, 4, 3\]/,
      );
      await writeFile(path("b", "2.jpg"), "broken");
      await assert.rejects(imageFolder(folder, { size: 4 }), /b.2.jpg; expected a picture/);
      await assert.rejects(imageFolder(folder, { size: 0 }), /invalid size; expected a whole number, at least 1: 0/);
      await mkdir(path("empty"));
      await assert.rejects(imageFolder(folder, { size: 4 }), /empty; expected at least one picture/);
    });
  });
});
