// complete, inspect, is_complete and `?name` over real sockets: positions in code points, both detail levels, pages.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

interface TypedMatch {
  text: string;
  type: string;
  signature: string;
  start: number;
  end: number;
}

describe("introspection", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await kernel.execute(
      [
        "/** Adds **two** numbers. */",
        "function add(first: number, second = 1): number { return first + second }",
        "const measured = { mean: 1, median: 2 }",
      ].join("\n"),
    );
  });
  after(() => kernel.close());

  const complete = (code: string, cursor_pos = [...code].length) =>
    kernel.request("complete_request", { code, cursor_pos });
  const inspect = (code: string, cursor_pos: number, detail_level: 0 | 1 = 0) =>
    kernel.request("inspect_request", { code, cursor_pos, detail_level });

  it("completes a variable of an earlier cell, with type and signature", async () => {
    const reply = await complete("ad");
    assert.equal(reply.status, "ok");
    assert.ok((reply.matches as string[]).includes("add"));
    assert.deepEqual([reply.cursor_start, reply.cursor_end], [0, 2]);
    const { _jupyter_types_experimental: typed } = reply.metadata as { _jupyter_types_experimental: TypedMatch[] };
    const match = typed.find(({ text }) => text === "add");
    assert.equal(match?.type, "function");
    assert.match(match?.signature ?? "", /first: number, second\??: number/);
    assert.deepEqual([match?.start, match?.end], [0, 2]);
    assert.deepEqual(
      typed.map(({ text }) => text),
      reply.matches,
    );
  });

  it("completes members in the middle of a text", async () => {
    const reply = await complete("x(measured.me, 1)", 13);
    assert.deepEqual((reply.matches as string[]).toSorted(), ["mean", "median"]);
    assert.deepEqual([reply.cursor_start, reply.cursor_end], [11, 13]);
  });

  it("lists what one calls before classes and constants", async () => {
    const { matches } = await complete("tf.");
    const names = matches as string[];
    assert.deepEqual(names.slice(0, 3), ["abs", "acos", "acosh"]);
    const capital = names.findIndex((name) => /^[A-Z]/.test(name));
    assert.ok(capital > 200 && names.slice(capital).every((name) => !/^[a-z]/.test(name)), `${names[capital]}`);
    assert.ok(names.indexOf("Abs") >= capital);
    assert.equal(((await complete("Math.")).matches as string[])[0], "abs");
  });

  it("counts code points, not UTF-16 units", async () => {
    const code = '"🙂🙂"; measured.me';
    const reply = await complete(code);
    assert.deepEqual((reply.matches as string[]).toSorted(), ["mean", "median"]);
    assert.deepEqual([reply.cursor_start, reply.cursor_end], [15, 17]);
    const found = await inspect('"🙂🙂🙂"; add', 8);
    assert.equal(found.found, true);
  });

  it("completes magics, and what is asked for with ?, and code below magics", async () => {
    const magics = await complete("%t");
    assert.deepEqual([magics.matches, magics.cursor_start, magics.cursor_end], [["time", "typecheck"], 1, 2]);
    assert.deepEqual(((await complete("?measured.me")).matches as string[]).toSorted(), ["mean", "median"]);
    assert.deepEqual((await complete("%who\n%time measured.med")).matches as string[], ["median"]);
    assert.equal((await inspect("?add", 3)).found, true);
    assert.equal((await kernel.request("is_complete_request", { code: "%who" })).status, "complete");
    assert.equal((await kernel.request("is_complete_request", { code: "%%time\nfor (;;) {" })).status, "incomplete");
  });

  it("answers with no matches where there are none", async () => {
    const reply = await complete("measured.zzz");
    assert.deepEqual([reply.status, reply.matches], ["ok", []]);
  });

  it("inspects signature and documentation, as text and as markdown", async () => {
    const reply = await inspect("add(1)", 2);
    assert.deepEqual([reply.status, reply.found, reply.metadata], ["ok", true, {}]);
    const data = reply.data as Record<string, string>;
    assert.match(data["text/plain"] ?? "", /add\(first: number, second\??: number.*\): number/);
    assert.match(data["text/plain"] ?? "", /Adds \*\*two\*\* numbers/);
    assert.match(data["text/markdown"] ?? "", /^```typescript\n/);
    assert.match(data["text/markdown"] ?? "", /Adds \*\*two\*\* numbers/);
    assert.doesNotMatch(data["text/plain"] ?? "", /return first/);
  });

  it("inspects with detail level 1 also the source and where it is", async () => {
    const { data } = await inspect("add", 3, 1);
    const text = (data as Record<string, string>)["text/plain"] ?? "";
    assert.match(text, /return first \+ second/);
    assert.match(text, /Cell \[1\]/);
    const markdown = (data as Record<string, string>)["text/markdown"] ?? "";
    assert.match(markdown, /\*\*Source\*\*\n\n```typescript\nfunction add\(.*return first \+ second \}\n```/);
    assert.match(markdown, /\*\*Declared in\*\* `Cell \[1\]`/);
  });

  it("inspects names of the libraries, with documentation; with detail level 1 also source and file", async () => {
    for (const [code, signature, documentation] of [
      ["tf.tensor2d", /tensor2d\(values: TensorLike2D/, /Creates rank-2/],
      ["ml.fit", /fit\(model: LayersModel, options: FitOptions\)/, /Trains a model/],
      ["display", /display: Display/, /Shows values in the notebook/],
    ] as const) {
      for (const detail of [0, 1] as const) {
        const { found, data } = await inspect(code, code.length, detail);
        assert.equal(found, true, code);
        for (const mime of ["text/plain", "text/markdown"]) {
          const text = (data as Record<string, string>)[mime] ?? "";
          assert.match(text, signature, `${code} ${mime}`);
          assert.match(text, documentation, `${code} ${mime}`);
          assert.equal(/Source/.test(text), detail === 1, `${code} ${mime}`);
          assert.equal(/Declared in.*\.d\.ts/.test(text), detail === 1, `${code} ${mime}`);
        }
      }
      const { reply } = await kernel.execute(`??${code}`);
      const [page] = reply.payload as { data: Record<string, string> }[];
      assert.match(page?.data["text/markdown"] ?? "", /\*\*Source\*\*/);
    }
  });

  it("says so where there is nothing to inspect", async () => {
    const reply = await inspect("nothingOfThatName", 3);
    assert.deepEqual(reply, { status: "ok", found: false, data: {}, metadata: {} });
  });

  it("tells complete, incomplete, invalid and unknown code apart, with the indent", async () => {
    const status = async (code: string) => kernel.request("is_complete_request", { code });
    assert.deepEqual(await status("1 + 1"), { status: "complete" });
    const open = await status("function f() {");
    assert.equal(open.status, "incomplete");
    assert.match(String(open.indent), /^ +$/);
    assert.equal((await status("const = 1")).status, "invalid");
    // Too long to be looked at while somebody waits for a new line.
    assert.equal((await status(" ".repeat(2_000_000))).status, "unknown");
  });

  for (const [question, detail] of [
    ["?add", 0],
    ["add?", 0],
    ["??add", 1],
    ["add??", 1],
    ["// look\n? add ;", 0],
  ] as const) {
    it(`answers ${JSON.stringify(question)} with a page, and prints nothing`, async () => {
      const { reply, outputs } = await kernel.execute(question);
      assert.equal(reply.status, "ok");
      assert.deepEqual(outputs, []);
      const [page, ...more] = reply.payload as { source: string; start: number; data: Record<string, string> }[];
      assert.deepEqual([page?.source, page?.start, more], ["page", 0, []]);
      assert.match(page?.data["text/plain"] ?? "", /Adds/);
      assert.equal(/return first/.test(page?.data["text/plain"] ?? ""), detail === 1);
    });
  }

  it("prints that a name was not found", async () => {
    const { reply, outputs } = await kernel.execute("?nothingOfThatName");
    assert.deepEqual([reply.status, reply.payload], ["ok", []]);
    assert.deepEqual(outputs, [{ type: "stream", name: "stdout", text: "Object `nothingOfThatName` not found.\n" }]);
  });

  it("answers all of these while a cell runs, and shows the kernel busy after them", async () => {
    const running = kernel.start('console.log("on"); await new Promise((go) => setTimeout(go, 1e9))');
    await kernel.printed(running, "on");
    assert.ok(((await complete("ad")).matches as string[]).includes("add"));
    assert.equal((await inspect("add", 3)).found, true);
    assert.equal((await kernel.request("is_complete_request", { code: "1" })).status, "complete");
    assert.equal((await kernel.request("history_request", { hist_access_type: "tail", n: 1 })).status, "ok");
    assert.equal((await kernel.request("comm_info_request")).status, "ok");
    assert.equal((await kernel.request("kernel_info_request")).status, "ok");
    const states = () => kernel.iopub.filter(({ header }) => header.msg_type === "status");
    await kernel.published((message) => message === states().at(-1) && message.content.execution_state === "busy");
    assert.equal(states().at(-1)?.parentHeader.msg_id, running.id);
    await kernel.interrupt();
    assert.equal((await running.reply).content.status, "error");
    await running.idle;
    assert.equal(states().at(-1)?.content.execution_state, "idle");
  });

  it("refuses content that makes no sense", async () => {
    for (const type of ["complete_request", "inspect_request", "is_complete_request", "history_request"]) {
      const reply = await kernel.request(type, { code: 1 });
      assert.deepEqual([type, reply.status], [type, "error"]);
      assert.match(String(reply.evalue), /^invalid \w+; expected /);
    }
  });
});
