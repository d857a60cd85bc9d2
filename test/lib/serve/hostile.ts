// Requests that mean harm or are broken, as bytes on a connection; the same for the same seed. Used by the test of a few hundred and by
// `npm run bench:hostile`.
import { connect } from "node:net";
import { crc32, deflateSync } from "node:zlib";
import { SplitMix32 } from "../../../lib/engine/random.js";

/** Good files of several formats to start from. */
export interface Ingredients {
  readonly pictures: readonly Buffer[];
}

interface Attack {
  readonly bytes: Buffer;
  /** "wait": no more comes, and the connection stays; "leave": the client goes at once. */
  readonly end: "read" | "wait" | "leave";
}

type Kind = (random: SplitMix32, ingredients: Ingredients) => Attack;

export interface Outcome {
  readonly kind: string;
  /** 0 where the server ended the connection, or the client did, without an answer. */
  readonly status: number;
  readonly text: string;
}

const pick = <Value>(random: SplitMix32, values: readonly Value[]): Value =>
  values[random.below(values.length)] as Value;
const noise = (random: SplitMix32, length: number) => Buffer.from(Array.from({ length }, () => random.below(256)));

function post(type: string, body: Buffer, more = ""): Buffer {
  const head = `POST /predict HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n${more}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

const read = (bytes: Buffer): Attack => ({ bytes, end: "read" });
const json = (text: string) => read(post("application/json", Buffer.from(text)));

function form(file: Buffer, { boundary = "cut", end = "\r\n--cut--\r\n", headers = "" } = {}): Buffer {
  const start = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="../../etc/passwd"\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(start), file, Buffer.from(end)]);
}

const multipart = "multipart/form-data; boundary=cut";

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A header that says one size, with data for another. */
function png(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    pngChunk("IHDR", header),
    pngChunk("IDAT", data),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** 100 million pixels in 97 kB. */
const bomb = deflateSync(Buffer.alloc(10_000 * 10_001));

const paths = [
  "/../../etc/passwd",
  "/predict/../../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/docs/..%2f..%2fpackage.json",
  "/%00",
  "/%zz",
  "//predict",
  "/docs/openapi.json/../../..",
  "/predict\\..\\..",
  `/${"a".repeat(15_000)}`,
  "http://evil.example/predict",
  "*",
  "/__proto__",
  "/constructor",
  "/?__proto__[a]=1",
];

const texts = [
  "",
  "{",
  "null",
  '"inputs"',
  '{"inputs":null}',
  '{"inputs":{}}',
  '{"inputs":[null]}',
  '{"inputs":[[[[1]]]]}',
  '{"inputs":[[NaN]]}',
  `{"inputs":[[${"1e999,".repeat(27)}1]]}`,
  '{"__proto__":{"inputs":[1]}}',
  '{"inputs":[{"__proto__":{"image":"AAAA"}}]}',
  '{"inputs":[{"image":"AAAA","bytes":"AAAA"}]}',
  '{"inputs":[{"image":"////"}]}',
  '{"inputs":[{"bytes":""}]}',
  `{"inputs":${"[".repeat(100_000)}`,
  `{"inputs":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  `{"inputs":[${"[],".repeat(50_000)}[]]}`,
  `{"inputs":[${'{"image":"AAAA"},'.repeat(1000)}{}]}`,
  `{"a":"${"\\u0000".repeat(1000)}"}`,
];

const kinds: Readonly<Record<string, Kind>> = {
  "cut picture": (random, { pictures }) => {
    const picture = pick(random, pictures);
    return read(post(multipart, form(picture.subarray(0, random.below(picture.length)))));
  },
  "changed picture": (random, { pictures }) => {
    const picture = Buffer.from(pick(random, pictures));
    for (let i = 0; i <= random.below(8); i++) picture[random.below(picture.length)] = random.below(256);
    return read(post(pick(random, ["image/png", "image/webp", "image/x-unknown"]), picture));
  },
  "noise after a signature": (random) => {
    const start = pick(random, [
      "\x89PNG\r\n\x1a\n",
      "\xff\xd8\xff",
      "RIFF\0\0\0\0WEBPVP8 ",
      "GIF89a",
      "II*\0",
      "<svg ",
    ]);
    return read(post("image/png", Buffer.concat([Buffer.from(start, "latin1"), noise(random, random.below(2000))])));
  },
  "huge picture": (random) => {
    const [width, height] = pick(random, [
      [65_535, 65_535],
      [2 ** 31 - 1, 1],
      [1, 2 ** 31 - 1],
      [28, 2 ** 20],
      [0, 0],
    ] as const);
    return read(post(multipart, form(png(width, height, deflateSync(noise(random, 100))))));
  },
  bomb: (random) => read(post(multipart, form(png(pick(random, [28, 10_000]), pick(random, [28, 10_000]), bomb)))),
  "wrong JSON": (random) => json(pick(random, texts)),
  "changed JSON": (random) => {
    const text = Array.from(JSON.stringify({ inputs: [Array(28).fill(Array(28).fill([random.below(256)]))] }));
    for (let i = 0; i <= random.below(5); i++) text[random.below(text.length)] = pick(random, [...'[]{},:"-.e\0é9']);
    return json(text.join(""));
  },
  "path tricks": (random) => {
    const method = pick(random, ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "HEAD", "PATCH"]);
    return read(Buffer.from(`${method} ${pick(random, paths)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`));
  },
  "broken multipart": (random, { pictures }) => {
    const picture = pick(random, pictures);
    const body = pick(random, [
      form(picture, { end: "" }),
      form(picture, { boundary: "other" }),
      form(picture, { headers: `x: ${"a".repeat(100_000)}\r\n` }),
      form(picture, { headers: "x: y\r\n".repeat(5000) }),
      Buffer.from("--cut\r\n".repeat(20_000)),
      Buffer.from(`${'--cut\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(5000)}--cut--\r\n`),
      Buffer.concat(Array(100).fill(form(Buffer.from("x"), { end: "\r\n" }))),
      noise(random, 500),
      Buffer.alloc(0),
    ]);
    const type = pick(random, [multipart, multipart, "multipart/form-data", 'multipart/form-data; boundary=""']);
    return read(post(type, body));
  },
  "broken HTTP": (random) => {
    const lines = pick(random, [
      noise(random, 300).toString("latin1"),
      "POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
      "POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
      "POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
      "POST /predict HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: image/png\r\ncontent-length: 99999999999\r\n\r\n",
      `GET / HTTP/1.1\r\nhost: a\r\n${"x: y\r\n".repeat(5000)}\r\n`,
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
      "GET / HTTP/9.9\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "POST /predict HTTP/1.1\r\nhost: a\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-type: a/b\r\ncontent-length: 1\r\n\r\nx",
    ]);
    return read(Buffer.from(lines, "latin1"));
  },
  "too much": (random) => {
    const part = `10000\r\n${"a".repeat(65_536)}\r\n`;
    const type = pick(random, ["application/json", "image/png", multipart]);
    const head = `POST /predict HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`;
    return read(Buffer.from(`${head}${part.repeat(20)}0\r\n\r\n`));
  },
  "slow client": (random, { pictures }) => {
    const whole = post(multipart, form(pick(random, pictures)));
    return { bytes: whole.subarray(0, random.below(whole.length - 1)), end: "wait" };
  },
  "client that leaves": (random, { pictures }) => {
    const whole = post(multipart, form(pick(random, pictures)));
    return { bytes: whole.subarray(0, 1 + random.below(whole.length)), end: "leave" };
  },
};

/** Sends one; the kinds take turns. */
export async function attack(url: string, seed: number, ingredients: Ingredients): Promise<Outcome> {
  const all = Object.entries(kinds);
  const [kind, make] = all[seed % all.length] ?? all[0] ?? ["none", () => read(Buffer.alloc(0))];
  const { bytes, end } = make(new SplitMix32(seed), ingredients);
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const parts: Buffer[] = [];
    const late = setTimeout(() => {
      reject(new Error(`${kind} (seed ${seed}) was neither answered nor cut within a minute`));
      socket.destroy();
    }, 60_000);
    socket.on("connect", () => {
      socket.write(bytes, () => end === "leave" && socket.destroy());
    });
    socket.on("data", (part) => parts.push(part));
    // A server that has said no may end the connection while the client still writes.
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(late);
      const text = Buffer.concat(parts).toString("utf8");
      resolve({ kind, status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0), text });
    });
  });
}

export function kindCount(): number {
  return Object.keys(kinds).length;
}
