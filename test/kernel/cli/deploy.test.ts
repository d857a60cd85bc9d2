// `cellgrad deploy` as a shell starts it: a release, promotion, rollback, their exit codes; and `cellgrad serve` on a folder of releases, which
// follows them.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ready } from "../../../lib/engine/backend.js";
import { onnx } from "../../../lib/exporters/onnx.js";
import { toTensor } from "../../../lib/transforms/index.js";
import { classNames, cornerPicture, cornersModel } from "../../lib/deploy/corners.js";
import { answered, pictureFile, upload } from "../../lib/serve/pictures.js";
import { type Ended, Workplace } from "./command.js";

describe("cellgrad deploy", () => {
  let files: Workplace;
  let workplace: Workplace;
  const children: ChildProcess[] = [];
  before(async () => {
    await ready();
    files = new Workplace();
    const model = cornersModel();
    await onnx(model, files.path("model.onnx"), { transform: toTensor(), classNames: [...classNames] });
    model.dispose();
    for (const name of classNames) mkdirSync(files.path("pictures", name), { recursive: true });
    for (let i = 0; i < 60; i++) {
      const { bytes, label } = cornerPicture(i);
      writeFileSync(files.path("pictures", classNames[label] ?? "", `${i}.png`), await pictureFile(bytes, [4, 4, 1]));
    }
  });
  after(() => files.remove());
  beforeEach(() => {
    workplace = new Workplace();
    copyFileSync(files.path("model.onnx"), workplace.path("model.onnx"));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    workplace.remove();
  });
  const deploy = (...args: string[]): Promise<Ended> => workplace.run(["deploy", ...args]);
  const live = () =>
    (JSON.parse(readFileSync(workplace.path("releases", "current"), "utf8")) as { version: string }).version;

  it("releases what passes its gates, and says why it refuses the rest", async () => {
    const test = ["--test", files.path("pictures"), "--accuracy"];
    const done = await deploy("release", "model.onnx", ...test, "0.9", "--size", "100000");
    assert.equal(done.code, 0, done.stderr);
    assert.match(
      done.stderr,
      /^gate: passed, accuracy 100\.0 % .* on 60 samples\nexport: passed, a copy of model\.onnx\n/,
    );
    assert.match(done.stdout, /^v1 is live \(.*\)\nstage /);
    // Of 60, all right, no more can be said than 93.98 %.
    const refused = await deploy("release", "model.onnx", ...test, "0.95");
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^refused by gate; v1 is live/);
    assert.match(
      refused.stderr,
      /93\.98 %, at least 95\.00 %[\s\S]*cellgrad: a gate was not passed; nothing was released\n$/,
    );
    assert.equal(
      (await deploy("release", "model.onnx", ...test, "0.95", "--accuracy-by", "value", "--as", "second")).code,
      0,
    );
    assert.equal(live(), "second");
    assert.equal((await deploy("release", "model.onnx", "--no-promote")).code, 0);
    assert.equal(live(), "second");
    const kept = await deploy("release", "model.onnx", "--as", "third", "--keep", "2");
    assert.match(kept.stderr, /clean: passed, removed v1, v2\n$/);
    assert.deepEqual(readdirSync(workplace.path("releases")), ["current", "second", "third"]);
  });

  it("promotes, rolls back, and says what there is; a server follows", async () => {
    for (const version of ["a", "b"]) assert.equal((await deploy("release", "model.onnx", "--as", version)).code, 0);
    const server = workplace.start(["serve", "releases", "--port", "0", "--log", "silent"]);
    children.push(server.child);
    const [, version, url = ""] = await server.printed(/Serving model\.onnx, version (\w+), at (http:\S+)\n/);
    assert.equal(version, "b");
    const answers = async (expected: string) => {
      const picture = await pictureFile(cornerPicture(1).bytes, [4, 4, 1]);
      const until = performance.now() + 5000;
      for (;;) {
        const { model } = await answered(upload(url, [picture]));
        if (model.version === expected) return;
        assert.ok(performance.now() < until, `${model.version} still answers`);
        await sleep(20);
      }
    };
    let isOver = false;
    const traffic = (async () => {
      for (let seed = 1; !isOver; seed++) {
        await answered(upload(url, [await pictureFile(cornerPicture(seed).bytes, [4, 4, 1])]));
        await sleep(5);
      }
    })();
    const tried = await deploy("release", "model.onnx", "--as", "c", "--canary", "40", "--canary-seconds", "90");
    assert.equal(tried.code, 0, tried.stderr);
    assert.match(tried.stderr, /canary: passed, \d+ of \d+ mirrored inputs answered alike: 100\.0 %/);
    await answers("c");
    isOver = true;
    await traffic;
    const unseen = await deploy("release", "model.onnx", "--as", "d", "--canary", "40", "--canary-seconds", "1");
    assert.deepEqual([unseen.code, live()], [1, "c"]);
    assert.match(
      unseen.stderr,
      /no request came in 1 s, 40 are needed[\s\S]*cellgrad: the canary was not passed; what was live stays live\n$/,
    );
    assert.equal((await deploy("rollback")).code, 0);
    await answers("b");
    const back = await deploy("rollback");
    assert.equal(back.code, 0);
    assert.match(back.stdout, /^rolled back in [\d.]+ s: a is live, b was\n$/);
    await answers("a");
    assert.match((await deploy("promote", "b")).stdout, /^promoted in [\d.]+ s: b is live, a was\n$/);
    await answers("b");
    const { stdout } = await deploy("status", "--json");
    const state = JSON.parse(stdout) as { live: string; previous: string[]; releases: { version: string }[] };
    assert.deepEqual(
      [state.live, state.previous, state.releases.map((one) => one.version)],
      ["b", ["a"], ["a", "b", "c", "d"]],
    );
    const written = await deploy("files", "out", "--name", "corners", "--release", "a", "--port", "8123");
    assert.equal(written.code, 0, written.stderr);
    assert.match(written.stdout, /^\d+ files of release a in .*\nDockerfile +docker build --tag corners:a \.\n/);
    assert.match(
      readFileSync(workplace.path("out", "corners.service"), "utf8"),
      /releases" --host 127\.0\.0\.1 --port 8123\n/,
    );
    writeFileSync(workplace.path("releases", "b", "metrics.json"), "{}");
    const damaged = await deploy("status");
    assert.equal(damaged.code, 1);
    assert.match(damaged.stdout, /^b is live since/);
    assert.match(damaged.stderr, /^cellgrad: the live release is damaged: metrics\.json has 2 bytes/);
  });

  it("says what is wrong, with its exit code", async () => {
    const cases: [string[], RegExp][] = [
      [["release"], /missing required argument 'model'/],
      [["release", "none.onnx"], /cellgrad: invalid model; expected an ONNX file that can be read/],
      [["release", "model.onnx", "--accuracy", "x"], /Expected a number/],
      [["release", "model.onnx", "--accuracy", "0.9"], /cellgrad: invalid test; expected labelled data/],
      [["promote", "v1"], /cellgrad: invalid directory; expected a folder of releases that is there: "releases"/],
      [["rollback", "-d", "."], /cellgrad: invalid directory; expected releases of which one was live before/],
      [["status", "-d", "none"], /cellgrad: invalid directory/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await deploy(...args);
      assert.match(stderr, message);
      assert.equal(code, 2, stderr);
    }
    const none = await workplace.run(["serve", "."]);
    assert.deepEqual(
      [none.code, /invalid directory; expected releases of which one is live/.test(none.stderr)],
      [2, true],
    );
  });
});
