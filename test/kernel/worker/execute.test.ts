// Cells in the worker: values, variables, order of what they send, what they print after their end.
import assert from "node:assert/strict";
import { plain, WorkerClient } from "./worker-client.js";

describe("worker: execute", () => {
  let client: WorkerClient;
  before(async () => {
    client = await WorkerClient.start();
  });
  after(() => client.close());

  it("shows the value of a cell, awaited, and null, but not undefined", async () => {
    assert.equal(await client.text("return { value: 1 + 1 }"), "2");
    assert.equal(await client.text("return { value: Promise.resolve('soon') }"), "'soon'");
    assert.equal(await client.text("return { value: { then(go) { go('thenable') } } }"), "'thenable'");
    assert.equal(await client.text("return { value: null }"), "null");
    assert.equal((await client.run("return { value: undefined }")).result, undefined);
    assert.equal((await client.run("")).result, undefined);
  });

  it("keeps variables in boxes, and functions see what a later cell assigns", async () => {
    await client.run("x.v = 1; x.n = 1; f.v = () => x.v; f.n = 1", { boxes: ["x", "f"], declares: ["x", "f"] });
    await client.run("x.v = 'other'; x.n = 2", { boxes: ["x"], declares: ["x"] });
    assert.equal(await client.text("return { value: f.v() }", { boxes: ["f"] }), "'other'");
  });

  it("says which declared names a failed cell did not reach, and keeps what it had assigned", async () => {
    const { done } = await client.run("a.v = 1; a.n = count; throw new Error('no'); b.v = 2", {
      boxes: ["a", "b"],
      declares: ["a", "b"],
    });
    assert.deepEqual([done.status, done.unassigned], ["error", ["b"]]);
    assert.equal(await client.text("return { value: a.v }", { boxes: ["a"] }), "1");
  });

  it("looks up names that are declared later, and says which are not there", async () => {
    await client.run("later.v = 5; later.n = 1", { boxes: ["later"], declares: ["later"] });
    assert.equal(await client.text("return { value: $cellgrad.lookup('later') }"), "5");
    assert.equal(await client.text("return { value: $cellgrad.lookup('Math') === Math }"), "true");
    assert.equal((await client.error("$cellgrad.lookup('nowhere')")).evalue, "nowhere is not defined");
  });

  it("sends prints, displays, clears and the result in the order they were made", async () => {
    const { messages } = await client.run(
      "console.log('a'); console.error('b'); display.v(1); console.log('c'); display.v.clear({ wait: true }); return { value: 3 }",
      { boxes: ["display"] },
    );
    const kinds = messages.map((it) => (it.type === "stream" ? `${it.name} ${it.text.trim()}` : it.type));
    assert.deepEqual(kinds, ["stdout a", "stderr b", "display", "stdout c", "clear-output", "result"]);
  });

  it("gathers what a loop prints into few messages", async () => {
    const { stdout, messages } = await client.run("for (let n = 0; n < 20_000; n += 1) console.log('line', n)");
    assert.equal(stdout, Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`).join(""));
    assert.ok(messages.length < 500, `${messages.length} messages`);
  });

  it("gets prints out of a loop that never yields", async () => {
    const { cell, outcome } = client.start("for (let n = 0; n < 100; n += 1) console.log('n' + n); for (;;) {}");
    await client.printed(cell, "n99\n");
    client.worker.interrupt();
    assert.equal((await outcome).done.status, "interrupted");
  });

  it("writes what the process's streams write, whatever is written", async () => {
    const { stdout, stderr } = await client.run(
      [
        "process.stdout.write('text '); process.stdout.write(new Uint8Array([0xe2, 0x82])); process.stdout.write(Buffer.from([0xac]));",
        "process.stdout.write('4142', 'hex'); process.stderr.write('e\\n', () => {});",
        "await $cellgrad.await(new Promise((go) => process.stdout.write('!', go)));",
        "console.group('g'); console.table([{ a: 1 }]); console.groupEnd(); console.info('%s and %d', 'x', 1); console.dir({ d: 1 });",
        "const { pipeline, Readable } = require('node:stream');",
        "await $cellgrad.await(new Promise((go) => Readable.from(['pi', 'ped\\n']).on('end', go).pipe(process.stdout)));",
      ].join("\n"),
    );
    assert.match(stdout, /^text €AB!g\n {2}┌/);
    assert.match(stdout, /x and 1\n\{ d: 1 \}\npiped\n$/);
    assert.equal(stderr, "e\n");
  });

  it("knows whose output it is, also after the cell is done and while another one runs", async () => {
    const first = client.start(
      "setTimeout(() => console.log('late'), 20); (async () => { await null; console.log('soon') })()",
    );
    const { done } = await first.outcome;
    const second = client.start("console.log('mine'); await $cellgrad.await(new Promise((go) => setTimeout(go, 60)))");
    await client.printed(first.cell, "late\n");
    assert.equal(done.status, "ok");
    assert.equal((await second.outcome).stdout, "mine\n");
    assert.match(client.outputOf(first.cell), /^soon\nlate\n$/);
  });

  it("passes on what native code and child processes write", async () => {
    await client.run("require('node:child_process').execSync('node -e \"console.log(40 + 2)\"', { stdio: 'inherit' })");
    await client.settles(() => client.raw.stdout.includes("42"));
  });

  it("gives warnings to the cell that causes them", async () => {
    const { cell, outcome } = client.start("process.emitWarning('mind this', 'TestWarning')");
    await outcome;
    await client.printed(cell, "TestWarning: mind this");
  });

  it("has the notebook's folder, its require and tf, ml, display in scope", async () => {
    const options = { boxes: ["tf", "ml", "require"] };
    assert.equal(
      await client.text("return { value: [process.cwd() === __dirname, require.v === globalThis.require] }", options),
      "[ true, true ]",
    );
    const value = "[tf.v.getBackend(), tf.v.add(1, 2).dataSync()[0], ml.v.environment().backend.name]";
    assert.equal(await client.text(`return { value: ${value} }`, options), "[ 'wasm', 3, 'wasm' ]");
    assert.equal(
      await client.text("return { value: require.v('@tensorflow/tfjs').Tensor === tf.v.Tensor }", options),
      "true",
    );
  });

  it("lists variables, forgets them, and has what is preloaded again", async () => {
    await client.run("n.v = 1; o.v = { a: [1, 2], b: 'x'.repeat(1000) }; fn.v = function named() {}; tf.v = 'mine'", {
      boxes: ["n", "o", "fn", "tf"],
    });
    client.worker.send({ type: "who", id: 9, names: ["n", "o", "fn", "tf", "absent"] });
    const { variables } = await client.until("variables", ({ id }) => id === 9);
    assert.deepEqual(
      variables.map(({ name, type }) => [name, type]),
      [
        ["n", "number"],
        ["o", "Object"],
        ["fn", "function"],
        ["tf", "string"],
      ],
    );
    assert.deepEqual([variables[0]?.summary, variables[2]?.summary], ["1", "function named"]);
    assert.ok(variables.every(({ summary }) => summary.length <= 80));
    client.worker.send({ type: "forget", names: ["n"] });
    assert.equal(await client.text("return { value: [n.v, o.v.a[1]] }", { boxes: ["n", "o"] }), "[ undefined, 2 ]");
    client.worker.send({ type: "forget" });
    assert.equal(
      await client.text("return { value: [o.v, typeof tf.v.tensor] }", { boxes: ["o", "tf"] }),
      "[ undefined, 'function' ]",
    );
  });

  it("evaluates expressions: values, errors, and those that the compiler refused", async () => {
    await client.run("seven.v = 7", { boxes: ["seven"] });
    const refused = { ename: "TypeScriptError", evalue: "no", traceback: ["no"] };
    client.worker.send({
      type: "evaluate",
      cell: "asked",
      expressions: {
        good: client.compile("return { value: seven.v * 6 }", { boxes: ["seven"] }),
        bad: client.compile("throw new RangeError('out')"),
        refused,
        slow: client.compile("return { value: Promise.resolve('awaited') }"),
      },
    });
    const { results } = await client.until("expressions");
    assert.deepEqual(results.good, { status: "ok", data: { "text/plain": "42" }, metadata: {} });
    assert.deepEqual(results.refused, { status: "error", ...refused });
    assert.deepEqual(results.slow, { status: "ok", data: { "text/plain": "'awaited'" }, metadata: {} });
    const { bad } = results;
    assert.ok(bad?.status === "error");
    assert.deepEqual([bad.ename, bad.evalue], ["RangeError", "out"]);
    assert.match(plain(bad.traceback), /line 1:7/);
  });

  it("asks the reader, one question at a time", async () => {
    const { cell, outcome } = client.start(
      "const both = [input.v('name? '), password.v()]; return { value: await $cellgrad.await(Promise.all(both)) }",
      { boxes: ["input", "password"], allowStdin: true },
    );
    const first = await client.until("input", (it) => it.cell === cell);
    assert.deepEqual([first.prompt, first.password], ["name? ", false]);
    client.worker.send({ type: "input-reply", cell, value: "Ada" });
    const second = await client.until("input", (it) => it.cell === cell && it.password);
    assert.equal(second.prompt, "");
    client.worker.send({ type: "input-reply", cell, value: "secret" });
    assert.equal((await outcome).result?.["text/plain"], "[ 'Ada', 'secret' ]");
  });

  it("says so where the reader can't be asked", async () => {
    const { evalue } = await client.error("await $cellgrad.await(input.v('?'))", { boxes: ["input"] });
    assert.match(evalue, /^input\(\) is not possible here: this front end does not take input requests$/);
    const late = "setTimeout(() => password.v().catch((error) => console.log(error.message)), 5)";
    const { cell } = await client.run(late, { boxes: ["password"], allowStdin: true });
    await client.printed(cell, "only a running cell can ask");
  });
});
