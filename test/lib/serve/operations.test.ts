// What keeps a server up: batches, bounds and 503, time limits, draining, another version in its place, the token, metrics, the API's
// description, the log, the store. Over real sockets.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type PredictionRecord, type ServeOptions, type Server, start } from "../../../lib/serve/index.js";
import { answersOf, type ModelFiles, modelFiles } from "./model-files.js";
import { answered, numbersOf, pictureFile, randomBytes, refused, upload } from "./pictures.js";

const digit = [28, 28, 1] as const;

/** A connection that says what it is told, and all that came back. */
function rawConnection(server: Server): { socket: Socket; received: Promise<string> } {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (part) => {
    text += part.toString("latin1");
  });
  socket.on("error", () => {});
  return { socket, received: new Promise((resolve) => socket.once("close", () => resolve(text))) };
}

async function metric(server: Server, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

describe("serve: operations", () => {
  let files: ModelFiles;
  let picture: Buffer;
  before(async () => {
    files = await modelFiles();
    picture = await pictureFile(randomBytes(784, 1), digit);
  });
  after(() => files.remove());
  const digits = (options: Partial<ServeOptions> = {}) => start({ model: files.digits, ...options });

  it("answers together what comes together, and counts it", async () => {
    await using server = await digits({ batchDelay: 200 });
    await Promise.all(Array.from({ length: 32 }, () => answered(upload(server.url, [picture]))));
    const { predictions, batches } = server.counts;
    assert.equal(predictions, 32);
    assert.ok(batches <= 16, `${batches} batches`);
    assert.equal(await metric(server, "cellgrad_batch_size_sum"), 32);
    assert.equal(await metric(server, "cellgrad_batch_size_count"), batches);
    assert.equal(await metric(server, `cellgrad_predictions_total{version="${server.model.version}"}`), 32);
    assert.equal(await metric(server, 'cellgrad_requests_total{route="/predict",status="200"}'), 32);
    assert.equal(await metric(server, "cellgrad_inputs"), 0);
    assert.equal(await metric(server, `cellgrad_model_info{name="digits.onnx",version="${server.model.version}"}`), 1);
    assert.equal(await metric(server, 'cellgrad_request_seconds_count{route="/predict"}'), 32);
  });

  it("refuses with 503 what is too much, and recovers", async () => {
    await using server = await digits({ queue: 4, batchDelay: 300 });
    // It is waited for, so that the others stay in the queue for a while.
    const { socket } = rawConnection(server);
    socket.write("POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\n");
    while ((await metric(server, "cellgrad_inputs")) === 0) await sleep(5);
    const sent = Array.from({ length: 20 }, () => upload(server.url, [picture]));
    const statuses = await Promise.all(sent.map(async (each) => (await each).status));
    const rejected = statuses.filter((status) => status === 503).length;
    assert.ok(rejected > 0);
    assert.equal(statuses.filter((status) => status === 200).length, 20 - rejected);
    assert.ok(statuses.includes(200));
    assert.equal(server.counts.rejected, rejected);
    assert.equal(await metric(server, 'cellgrad_rejected_total{reason="queue"}'), rejected);
    socket.destroy();
    while ((await metric(server, "cellgrad_inputs")) > 0) await sleep(5);
    const many = await refused(upload(server.url, Array(5).fill(picture)));
    assert.equal(many.status, 413);
    assert.match(many.error, /^invalid inputs; expected at most 4 inputs a request: 5$/);
    await answered(upload(server.url, Array(4).fill(picture)));
  });

  it("says when to come again", async () => {
    await using server = await digits({ queue: 1 });
    // A request whose body does not come holds the only place.
    const { socket } = rawConnection(server);
    socket.write("POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\n");
    while ((await metric(server, "cellgrad_inputs")) === 0) await sleep(5);
    const failure = await refused(upload(server.url, [picture]));
    assert.equal(failure.status, 503);
    assert.equal(failure.headers.get("retry-after"), "1");
    assert.match(failure.error, /^invalid request; expected at most 1 inputs at once/);
    socket.destroy();
    while ((await metric(server, "cellgrad_inputs")) > 0) await sleep(5);
    await answered(upload(server.url, [picture]));
  });

  it("bounds the bytes of a body, and of all bodies", async () => {
    await using server = await digits({ maxBody: 3000, maxMemory: 4000 });
    const huge = await refused(upload(server.url, [Buffer.alloc(4000)]));
    assert.equal(huge.status, 413);
    assert.match(huge.error, /^invalid body; expected at most 3000 bytes/);
    const { socket } = rawConnection(server);
    socket.write("POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ntransfer-encoding: chunked\r\n\r\n");
    while ((await metric(server, "cellgrad_inputs")) === 0) await sleep(5);
    const failure = await refused(upload(server.url, [picture]));
    assert.equal(failure.status, 503);
    assert.match(failure.error, /at most 4000 bytes of requests at once/);
    // A chunk that is longer than a body may be.
    socket.write(`dac\r\n${"a".repeat(3500)}\r\n`);
    while ((await metric(server, "cellgrad_inputs")) > 0) await sleep(5);
    socket.destroy();
    await answered(upload(server.url, [picture]));
  });

  it("bounds pixels before they are unpacked", async () => {
    await using server = await digits({ fit: "cover", maxPixels: 10_000 });
    const large = await pictureFile(new Uint8Array(101 * 100), [101, 100, 1]);
    const failure = await refused(upload(server.url, [large]));
    assert.equal(failure.status, 413);
    assert.match(failure.error, /^invalid file 0; expected a picture of at most 10000 pixels/);
    await answered(upload(server.url, [await pictureFile(new Uint8Array(100 * 100), [100, 100, 1])]));
  });

  it("cuts clients that are slow, and tells them", async () => {
    await using server = await digits({ requestTimeout: 300 });
    const head = rawConnection(server);
    head.socket.write("POST /predict HTTP/1.1\r\nhost: a\r\n");
    const body = rawConnection(server);
    body.socket.write("POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: 10\r\n\r\nabc");
    for (const received of [await head.received, await body.received]) {
      assert.match(received, /^HTTP\/1\.1 408 /);
      assert.match(received, /\{"error":"invalid request; expected a whole request in time: /);
    }
    assert.equal(await metric(server, "cellgrad_inputs"), 0);
  });

  it("gives up a request after its time", async () => {
    // Inputs that wait for others which never come.
    await using server = await digits({ timeout: 100, batchDelay: 2000 });
    const { socket } = rawConnection(server);
    socket.write("POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: 10\r\n\r\nabc");
    while ((await metric(server, "cellgrad_inputs")) === 0) await sleep(5);
    const failure = await refused(upload(server.url, [picture]));
    socket.destroy();
    assert.equal(failure.status, 503);
    assert.match(failure.error, /^invalid request; expected an answer within 100 ms/);
  });

  it("answers on closing what it has accepted, and nothing more", async () => {
    const server = await digits({ batchDelay: 300 });
    const slow = rawConnection(server);
    const bytes = await pictureFile(randomBytes(784, 2), digit);
    slow.socket.write(
      `POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: ${bytes.length}\r\n\r\n`,
    );
    while ((await metric(server, "cellgrad_inputs")) === 0) await sleep(5);
    const waiting = answered(upload(server.url, [picture]));
    while ((await metric(server, "cellgrad_inputs")) < 2) await sleep(5);
    const closed = server.close();
    slow.socket.write(bytes);
    assert.equal((await waiting).predictions.length, 1);
    assert.match(await slow.received, /^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*"predictions":\[\{"id"/i);
    await closed;
    await assert.rejects(fetch(`${server.url}/healthz`));
    assert.equal(server.close(), server.close());
  });

  it("closes in time though a client never ends", async () => {
    const server = await digits({ drainTimeout: 200 });
    const { socket, received } = rawConnection(server);
    socket.write("POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: 10\r\n\r\n");
    while ((await metric(server, "cellgrad_inputs")) === 0) await sleep(5);
    const start = performance.now();
    await server.close();
    assert.ok(performance.now() - start < 5000);
    await received;
  });

  it("swaps versions under load: each request is answered by one of them, none fails", async () => {
    await using server = await digits();
    const bytes = randomBytes(784, 1);
    const expected = new Map([
      [server.model.version, await answersOf(files.digits, "uint8", bytes, [1, ...digit])],
      ["second", await answersOf(files.otherDigits, "uint8", bytes, [1, ...digit])],
    ]);
    let isOver = false;
    const seen: string[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        const { model, predictions } = await answered(upload(server.url, [picture]));
        seen.push(model.version);
        assert.deepEqual(numbersOf(predictions[0]), expected.get(model.version));
      }
    });
    await sleep(100);
    const first = server.model.version;
    assert.deepEqual(await server.swap(files.otherDigits, { version: "second" }), {
      name: "digits-2.onnx",
      version: "second",
    });
    const { predictions } = await answered(upload(server.url, [picture]));
    assert.ok(predictions[0] && "label" in predictions[0]);
    assert.equal(predictions[0].label, "abcdefghij"[predictions[0].class]);
    await server.swap(files.digits);
    await sleep(100);
    isOver = true;
    await Promise.all(clients);
    assert.ok(seen.includes(first) && seen.includes("second"));
    assert.equal(server.model.version, first);
  });

  it("keeps its version when another can't take over", async () => {
    await using server = await digits();
    const before = server.model;
    const broken = path.join(files.directory, "broken.onnx");
    writeFileSync(broken, "hello");
    const cases: [Promise<unknown>, RegExp][] = [
      [server.swap(broken), /invalid model; expected (an ONNX model|a file that onnxruntime reads)/],
      [server.swap(path.join(files.directory, "none.onnx")), /invalid model; expected an ONNX file that can be read/],
      [server.swap(files.table), /invalid file; expected a model of uint8 \[28, 28, 1\]: "float32 \[4\]"/],
      [server.swap(""), /invalid file; expected the path of an ONNX file/],
      [server.swap(files.digits, { verion: "1" } as object), /did you mean version/],
    ];
    for (const [swap, message] of cases) await assert.rejects(swap, message);
    assert.deepEqual(server.model, before);
    await answered(upload(server.url, [picture]));
  });

  it("asks for the token, but not about health", async () => {
    await using server = await digits({ token: "s3cret" });
    for (const authorization of ["", "Bearer", "Bearer s3cre", "Bearer s3cret2", "Basic s3cret"]) {
      const failure = await refused(upload(server.url, [picture], { authorization }));
      assert.equal(failure.status, 401);
      assert.equal(failure.headers.get("www-authenticate"), "Bearer");
    }
    for (const path of ["/metrics", "/docs", "/docs/openapi.json"])
      assert.equal((await fetch(server.url + path)).status, 401);
    for (const path of ["/healthz", "/readyz"]) assert.equal((await fetch(server.url + path)).status, 200);
    await answered(upload(server.url, [picture], { authorization: "bearer s3cret" }));
  });

  it("describes itself offline", async () => {
    await using server = await digits({ token: "t" });
    const headers = { authorization: "Bearer t" };
    const description = (await (await fetch(`${server.url}/docs/openapi.json`, { headers })).json()) as {
      openapi: string;
      paths: object;
      components: { schemas: { PredictRequest: object } };
    };
    assert.equal(description.openapi, "3.1.0");
    assert.deepEqual(Object.keys(description.paths), ["/predict", "/healthz", "/readyz", "/metrics"]);
    const page = await (await fetch(`${server.url}/docs`, { headers })).text();
    assert.match(page, /uint8 \[28, 28, 1\]/);
    assert.deepEqual(page.match(/(?:src|href)="(?!\/docs)[^"]*"|<script|@import|url\(/g), null);
  });

  it("tells the store every prediction after its answer, whatever the store does", async () => {
    const records: PredictionRecord[] = [];
    const store = {
      append(record: PredictionRecord) {
        records.push(record);
        if (records.length === 2) throw new Error("full");
        return records.length === 3 ? Promise.reject(new Error("gone")) : undefined;
      },
    };
    const bytes = randomBytes(784, 1);
    const lines: string[] = [];
    await using server = await digits({ store, log: "error", logTo: { write: (line) => lines.push(line) } });
    const before = Date.now();
    const answer = await answered(upload(server.url, [picture, picture]));
    await answered(upload(server.url, [picture]));
    await answered(upload(server.url, [picture]));
    while (records.length < 4) await sleep(5);
    const [first] = records;
    assert.equal(first?.id, answer.predictions[0]?.id);
    assert.deepEqual(first?.prediction, answer.predictions[0]);
    assert.deepEqual(first?.input, { values: bytes, shape: [28, 28, 1] });
    assert.deepEqual([first?.model, first?.version], [answer.model.name, answer.model.version]);
    assert.ok(first && first.time >= before - 1000 && first.time <= Date.now() && first.milliseconds > 0);
    assert.equal(await metric(server, "cellgrad_store_errors_total"), 2);
    assert.equal(lines.filter((line) => line.includes("the store took no prediction")).length, 2);
  });

  it("is silent unless it is told to log", async () => {
    const lines: string[] = [];
    await using server = await digits({ log: "info", logTo: { write: (line) => lines.push(line) } });
    await answered(upload(server.url, [picture]));
    while (!lines.some((line) => line.includes("request completed"))) await sleep(5);
    const entries = lines.map((line) => JSON.parse(line) as { msg: string; reqId?: string });
    assert.ok(entries.some(({ msg, reqId }) => msg === "incoming request" && reqId !== undefined));
  });

  it("shows itself", async () => {
    const server = await digits();
    await answered(upload(server.url, [picture]));
    const show = () =>
      (server as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.() ?? {};
    assert.match(
      show()["text/plain"] ?? "",
      /^url +http:\/\/127\.0\.0\.1:\d+\nmodel +digits\.onnx\nversion +[0-9a-f]{12}\n/,
    );
    assert.match(show()["text/plain"] ?? "", /predictions +1 in 1 batches of 1\.0/);
    assert.match(show()["text/html"] ?? "", /<a href="http:\/\/127\.0\.0\.1:\d+\/docs"/);
    await server.close();
    assert.match(show()["text/plain"] ?? "", /\(closed\)/);
  });

  it("refuses options that are wrong, and files that can't be served", async () => {
    await using other = await digits();
    const port = Number(new URL(other.url).port);
    const cases: [Partial<ServeOptions>, RegExp][] = [
      [{ model: "" }, /invalid model; expected the path of an ONNX file/],
      [{ model: path.join(files.directory, "none.onnx") }, /invalid model; expected an ONNX file that can be read/],
      [{ port }, /EADDRINUSE/],
      [{ port: 70_000 }, /invalid port/],
      [{ batchSzie: 1 } as object, /did you mean batchSize/],
      [{ token: "a b" }, /invalid token; expected printable ASCII without spaces: "others"/],
      [{ store: {} as never }, /invalid store/],
      [{ batchSize: 0 }, /invalid batchSize/],
      [{ maxMemory: 1 }, /invalid maxMemory/],
      [{ formats: ["bmp" as never] }, /invalid formats/],
      [{ classNames: ["a"] }, /invalid classNames; expected 10 names/],
      [{ log: "loud" as never }, /invalid log/],
    ];
    for (const [options, message] of cases) await assert.rejects(digits(options), message);
  });
});
