// `cellgrad serve` as a shell starts it: where it is, the token, and an end that answers what was accepted.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { open } from "../../../lib/monitor/index.js";
import { type ModelFiles, modelFiles } from "../../lib/serve/model-files.js";
import { answered, pictureFile, randomBytes, refused, upload } from "../../lib/serve/pictures.js";
import { Workplace } from "./command.js";

describe("cellgrad serve", () => {
  let files: ModelFiles;
  let workplace: Workplace;
  let picture: Buffer;
  before(async () => {
    files = await modelFiles();
    picture = await pictureFile(randomBytes(784, 1), [28, 28, 1]);
  });
  after(() => files.remove());
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    workplace.remove();
  });
  const children: ChildProcess[] = [];
  const started = (args: string[]) => {
    const all = workplace.start(args);
    children.push(all.child);
    return all;
  };

  it("serves, asks for the token, logs to standard output", async () => {
    writeFileSync(workplace.path("token"), "s3cret\n");
    const { child, ended, printed } = started(["serve", files.digits, "--port", "0", "--token-file", "token"]);
    const [, url = ""] = await printed(/Serving digits\.onnx, version [0-9a-f]{12}, at (http:\S+)\n/);
    assert.equal((await refused(upload(url, [picture]))).status, 401);
    await answered(upload(url, [picture], { authorization: "Bearer s3cret" }));
    await printed(/"msg":"request completed"[\s\S]*"statusCode":200|"statusCode":200[\s\S]*"msg":"request completed"/);
    child.kill("SIGTERM");
    const { code, stdout, stderr } = await ended;
    if (process.platform !== "win32") {
      assert.equal(code, 0, stderr);
      assert.match(stderr, /Closing: what was accepted is answered\n$/);
    }
    for (const line of stdout.trim().split("\n")) assert.equal(typeof JSON.parse(line), "object");
    assert.ok(!`${stdout}${stderr}`.includes("s3cret"));
  });

  if (process.platform !== "win32")
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      it(`answers what it has accepted on ${signal}`, async () => {
        const { child, ended, printed } = started(["serve", files.digits, "--port", "0", "--log", "debug"]);
        const [, url = ""] = await printed(/Serving .*, at (http:\S+)\n/);
        const { hostname, port } = new URL(url);
        const socket = connect(Number(port), hostname);
        let received = "";
        socket.on("data", (part) => {
          received += part.toString("latin1");
        });
        const over = new Promise((resolve) => socket.once("close", resolve));
        socket.write(
          `POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: image/png\r\ncontent-length: ${picture.length}\r\n\r\n`,
        );
        await printed(/incoming request/);
        child.kill(signal);
        await printed(/Closing/);
        socket.write(picture);
        await over;
        assert.match(received, /^HTTP\/1\.1 200 [\s\S]*"predictions":\[\{"id"/);
        assert.equal((await ended).code, 0);
      });

  it("logs predictions to a store, and shows them at /dashboard", async () => {
    const { child, ended, printed } = started(["serve", files.digits, "--port", "0", "--store", "monitor.db"]);
    const [, url = ""] = await printed(/Serving .*, at (http:\S+)\n/);
    await printed(/Logging predictions to .*monitor\.db; see http:\S+\/dashboard\n/);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { predictions } = await answered(upload(url, [picture]));
      ids.push(...predictions.map(({ id }) => id));
    }
    const page = await fetch(new URL("/dashboard", url));
    assert.deepEqual([page.status, page.headers.get("content-type")?.split(";", 1)[0]], [200, "text/html"]);
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    await using store = await open(`sqlite:${workplace.path("monitor.db")}`);
    const logged = await store.predictions();
    // Windows ends a process without asking: what was written before is there.
    if (process.platform === "win32") return assert.ok(logged.length <= 3);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Predictions in .*monitor\.db: 3 logged, 0 dropped\n$/);
    assert.deepEqual(new Set(logged.map(({ id }) => id)), new Set(ids));
    assert.equal(logged[0]?.model, "digits.onnx");
  });

  it("says what is wrong, with its exit code", async () => {
    const cases: [string[], number, RegExp][] = [
      [["serve"], 2, /missing required argument 'model'/],
      [["serve", "none.onnx"], 2, /cellgrad: invalid model; expected an ONNX file that can be read: "none\.onnx"/],
      [["serve", files.digits, "--port", "x"], 2, /Expected a whole number/],
      [
        ["serve", files.digits, "--store", "none/monitor.db"],
        2,
        /cellgrad: invalid --store; expected .*none.monitor\.db/,
      ],
      [["serve", files.digits, "--store", "redis://127.0.0.1:1"], 2, /cellgrad: .*ECONNREFUSED|Connection is closed/],
      [["serve", files.digits, "--port", "70000"], 2, /cellgrad: invalid port/],
      [
        ["serve", files.digits, "--token-file", "none"],
        2,
        /invalid --token-file; expected a file that can be read: none/,
      ],
    ];
    for (const [args, code, message] of cases) {
      const ended = await started(args).ended;
      assert.match(ended.stderr, message);
      assert.equal(ended.code, code);
    }
  });
});
