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
import { labelledPictures } from "../../../lib/data/labelled-pictures.js";
import { rawResponse } from "../../../lib/data/raw-response.js";
import { closeNotebook, openNotebook } from "../made-up-notebook.js";

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
    const archive = gzipSync(tar(cifarFiles));

    it("reads the archive once, then the files", async () => {
      await writeFile(path("cifar-10-binary.tar.gz"), archive);
      for (let round = 0; round < 2; round++) {
        const { train, test, classNames } = await cifar10({ directory: folder, md5: md5(archive) });
        assert.deepEqual([train.length, test.length, train.shape, classNames[3]], [10, 2, [32, 32, 3], "cat"]);
        assert.deepEqual([...train.labels], [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
        const { values } = train.get(9);
        assert.deepEqual([...values.subarray(0, 3), ...values.subarray(99, 102)], [1, 2, 3, 106, 2, 3]);
        await rm(path("cifar-10-binary.tar.gz"), { force: true });
      }
    });

    it("draws as many as it is asked for, the same with the same seed", async () => {
      await writeFile(path("cifar-10-binary.tar.gz"), archive);
      const drawn = async (seed: number) => {
        const { train, test } = await cifar10({ directory: folder, md5: md5(archive), train: 4, test: 1, seed });
        return [...train.labels, ...test.labels];
      };
      const ofOne = await drawn(1);
      assert.equal(ofOne.length, 5);
      assert.deepEqual(await drawn(1), ofOne);
      assert.notDeepEqual(await drawn(2), ofOne);
      const none = await cifar10({ directory: folder, md5: md5(archive), test: 0 });
      assert.deepEqual([none.train.length, none.test.length], [10, 0]);
      const refused = (options: object) => cifar10({ directory: folder, md5: md5(archive), ...options });
      await assert.rejects(refused({ train: 11 }), /invalid train; expected a whole number from 1 to 10: 11/);
      await assert.rejects(refused({ train: 50_001 }), /invalid train; expected a whole number from 1 to 50000: 50001/);
      await assert.rejects(refused({ test: -1 }), /invalid test; expected a whole number from 0 to 10000: -1/);
      await assert.rejects(refused({ seed: 0.5 }), /invalid seed/);
    });

    it("says what is missing or wrong", async () => {
      await assert.rejects(
        cifar10({ directory: folder }),
        /invalid directory; expected CIFAR-10's data_batch_1.bin .*download: true fetches it/,
      );
      const cut = archive.subarray(0, 200);
      await writeFile(path("cifar-10-binary.tar.gz"), cut);
      await assert.rejects(
        cifar10({ directory: folder }),
        new RegExp(
          `cifar-10-binary.tar.gz; expected MD5 c32a1d4ab5d03f1284b67883e8d87530 \\(download: true fetches it anew\\): "${md5(cut)}"`,
        ),
      );
      await assert.rejects(cifar10({ directory: folder, md5: md5(cut) }), /unexpected end of file/);
      await assert.rejects(
        cifar10({ directory: folder, md5: "abc" }),
        /invalid md5; expected an MD5, 32 hexadecimal digits: "abc"/,
      );
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

    for (const encoding of ["gzip", "x-gzip", undefined])
      it(`downloads it, ${encoding ? `though the server calls it ${encoding}` : "goes on where it was cut"}, and then has it`, async () => {
        const asked: string[] = [];
        const progress: number[] = [];
        const answer: RequestListener = (request, response) => {
          asked.push(request.headers.range ?? "all");
          const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
          response.writeHead(start > 0 ? 206 : 200, {
            "content-length": archive.length - start,
            ...(encoding && { "content-encoding": encoding, "content-type": "application/x-tar" }),
          });
          if (asked.length > 1) response.end(archive.subarray(start));
          else response.write(archive.subarray(0, 150), () => setTimeout(() => response.destroy(), 30));
        };
        await serving(answer, async (url) => {
          const options = {
            ...{ directory: folder, download: true, url, md5: md5(archive).toUpperCase() },
            onProgress: ({ received }: { received: number }) => void progress.push(received),
          };
          await assert.rejects(
            cifar10(options),
            new RegExp(`the connection ended after 150 of ${archive.length} bytes. 150 bytes are kept`),
          );
          for (let round = 0; round < 2; round++) {
            const { train, test } = await cifar10(options);
            assert.deepEqual([train.length, test.length], [10, 2]);
            assert.deepEqual([...train.labels], [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
          }
          assert.deepEqual(asked, ["all", "bytes=150-"]);
          assert.equal(progress.at(-1), archive.length);
        });
      });

    it("fetches anew an archive that is not the right one", async () => {
      await writeFile(path("cifar-10-binary.tar.gz"), archive.subarray(0, 300));
      await serving(
        (_, response) => response.end(archive),
        async (url) => {
          const options = { directory: folder, download: true, url, md5: md5(archive), onProgress: () => {} };
          assert.equal((await cifar10(options)).train.length, 10);
        },
      );
      assert.ok(archive.equals(await readFile(path("cifar-10-binary.tar.gz"))));
    });

    it("does not take another file for it", async () => {
      await serving(
        (_, response) => response.end(archive),
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
      const drawn = await fashionMnist({ directory: folder, train: 2, test: 1, seed: 3 });
      assert.deepEqual([drawn.train.length, drawn.test.length, drawn.classNames], [2, 1, classNames]);
      await writeFile(path("t10k-labels-idx1-ubyte"), idx([3], Uint8Array.of(1, 2, 3)));
      await assert.rejects(fashionMnist({ directory: folder }), /expected 2 labels, as many as images: \[3\]/);
      await writeFile(path("t10k-labels-idx1-ubyte"), "text");
      await assert.rejects(fashionMnist({ directory: folder }), /expected an IDX file of unsigned bytes/);
      await writeFile(path("t10k-labels-idx1-ubyte"), idx([5], Uint8Array.of(1, 2)));
      await assert.rejects(fashionMnist({ directory: folder }), /expected 5 bytes for \[5\]: "2 bytes"/);
    });

    it("downloads what is missing, once", async () => {
      const files = Object.fromEntries(
        Object.entries({ train: 3, t10k: 2 }).flatMap(([name, count]) => [
          [`${name}-images-idx3-ubyte`, gzipSync(idx([count, 28, 28], new Uint8Array(count * 784).fill(count)))],
          [
            `${name}-labels-idx1-ubyte`,
            gzipSync(
              idx(
                [count],
                Uint8Array.from({ length: count }, (_, i) => 9 - i),
              ),
            ),
          ],
        ]),
      );
      const sums = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, md5(bytes)]));
      const asked: string[] = [];
      const answer: RequestListener = (request, response) => {
        const name = request.url?.slice("/mirror/".length).replace(/\.gz$/, "") ?? "";
        asked.push(name);
        response.setHeader("content-encoding", "x-gzip");
        response.end(files[name]);
      };
      await serving(answer, async (address) => {
        const options = { directory: folder, download: true, url: `${address}mirror/`, onProgress: () => {} };
        await assert.rejects(
          fashionMnist(options),
          /invalid download; expected MD5 8d4fb7e6c68d591d4c3dfef9ec88bf0d of http.*mirror.train-images-idx3-ubyte.gz/,
        );
        asked.length = 0;
        for (let round = 0; round < 2; round++) {
          const { train, test } = await fashionMnist({ ...options, md5: sums });
          assert.deepEqual(
            [[...train.labels], [...test.labels]],
            [
              [9, 8, 7],
              [9, 8],
            ],
          );
          assert.deepEqual([train.get(2).values[783], test.get(0).values[0]], [3, 2]);
        }
        assert.deepEqual(asked.sort(), Object.keys(files).sort());
        await assert.rejects(
          fashionMnist({ ...options, md5: { "train-images": "" } as never }),
          /invalid md5; expected options among train-images-idx3-ubyte.*: "train-images"/,
        );
        await assert.rejects(
          fashionMnist({ ...options, md5: { "t10k-labels-idx1-ubyte": "x" } }),
          /invalid md5 of t10k-labels-idx1-ubyte; expected an MD5/,
        );
      });
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

    it("shows a bar in a notebook, whose last state stays", async () => {
      const { displays } = openNotebook();
      try {
        const answer: RequestListener = (_, response) => {
          response.writeHead(200, { "content-length": bytes.length });
          response.end(bytes);
        };
        await serving(answer, (url) => download(`${url}/file.bin`, path("shown"), md5(bytes)));
        assert.equal(displays.length, 1);
        assert.equal(displays[0]?.at(-1)?.["text/plain"], `file.bin: 100 %, 0.3 of 0.3 MB\n${"█".repeat(20)}`);
        const breaking: RequestListener = (_, response) => {
          response.writeHead(200, { "content-length": bytes.length });
          response.write(bytes.subarray(0, 150_000), () => setTimeout(() => response.destroy(), 50));
        };
        await serving(breaking, (url) => assert.rejects(download(url, path("broken"), md5(bytes)), /cannot download/));
        assert.match(String(displays[1]?.at(-1)?.["text/html"]), /width:\d+\.\d%;height:100%;background-color:#d55e00/);
      } finally {
        closeNotebook();
      }
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

    it("follows redirects, up to twenty", async () => {
      const answer: RequestListener = (request, response) => {
        const left = Number(request.url?.slice(1));
        if (left > 0) response.writeHead(left % 2 ? 302 : 308, { location: `/${left - 1}` }).end();
        else response.end(bytes);
      };
      await serving(answer, async (url) => {
        await download(`${url}20`, path("c"), md5(bytes), { onProgress: () => {} });
        assert.ok(bytes.equals(await readFile(path("c"))));
        await assert.rejects(
          download(`${url}21`, path("d"), md5(bytes), { onProgress: () => {} }),
          /cannot download .*: the server redirects more than 20 times/,
        );
      });
      await assert.rejects(download("ftp://127.0.0.1/x", path("d"), md5(bytes)), /ftp: is neither http: nor https:/);
    });

    it("gives up a server that falls silent, before its answer or in it", async () => {
      for (const begin of [false, true])
        await serving(
          (_, response) => void (begin && response.writeHead(200, { "content-length": 9 }).write("begin")),
          (url) =>
            assert.rejects(async () => {
              const response = await rawResponse(url, { silence: 200 });
              for await (const _ of response);
            }, /^Error: the server was silent for 0.2 s$/),
        );
    });

    it("says that there is no network, or no file, and stops when it is told to", async () => {
      await assert.rejects(
        download("http://127.0.0.1:9/x.bin", path("x.bin"), ""),
        (error: Error) =>
          error.message.startsWith("cannot download http://127.0.0.1:9/x.bin: connect ECONNREFUSED 127.0.0.1:9.") &&
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
          const archive = gzipSync(bytes);
          await writeFile(path("cifar-10-binary.tar.gz"), archive);
          await assert.rejects(cifar10({ directory: folder, md5: md5(archive) }), /^Error: invalid .*; expected /s);
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

    it("knows the class of as many pictures as there may be", () => {
      const names = Array.from({ length: 200_000 }, (_, i) => `${i}.png`);
      const { files, classNames } = labelledPictures(
        "all",
        new Map(Object.entries({ b: names, a: ["x.JPG", "x.txt"] })),
      );
      assert.deepEqual(classNames, ["a", "b"]);
      assert.equal(files.length, 200_001);
      assert.deepEqual(files[0], { path: join("all", "a", "x.JPG"), label: 0 });
      assert.deepEqual(files.at(-1), { path: join("all", "b", "99999.png"), label: 1 });
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
