// history_request over real sockets: kept across kernels, also when several run at once.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("history across sessions", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "cellgrad-history-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const start = () => startKernel({ env: { CELLGRAD_HISTORY: directory } });
  const ask = async (kernel: KernelClient, content: object) =>
    (await kernel.request("history_request", { output: false, raw: true, ...content })).history as unknown[][];

  it("finds what an earlier kernel and one beside it ran", async () => {
    const first = await start();
    await first.execute("const one = 1; one");
    await first.execute("one + 1");
    await first.close();

    const [second, third] = await Promise.all([start(), start()]);
    try {
      await second.execute("2 + 0");
      await third.execute("3 + 0");
      const tail = await ask(third, { hist_access_type: "tail", n: 4 });
      assert.deepEqual(tail.map(([, , input]) => input).toSorted(), [
        "2 + 0",
        "3 + 0",
        "const one = 1; one",
        "one + 1",
      ]);
      assert.equal(new Set(tail.map(([session]) => session)).size, 3);
      const withOutput = await ask(second, { hist_access_type: "search", pattern: "one*", output: true });
      assert.deepEqual(
        withOutput.map(([, line, entry]) => [line, entry]),
        [[2, ["one + 1", "2"]]],
      );
      const [session, line] = tail[0] ?? [];
      const range = await ask(second, { hist_access_type: "range", session, start: line, stop: Number(line) + 1 });
      assert.deepEqual(range, [tail[0]]);
      const own = await ask(second, { hist_access_type: "range", session: 0, start: 1, stop: 5 });
      assert.deepEqual(
        own.map(([, , input]) => input),
        ["2 + 0"],
      );
      assert.equal((await ask(second, { hist_access_type: "search", pattern: "*", unique: true, n: 2 })).length, 2);
    } finally {
      await Promise.all([second.close(), third.close()]);
    }
  });

  it("answers tail, range and search with output, unique and n", async () => {
    const kernel = await start();
    try {
      for (const code of ["6 * 7", "let seven = 7", "6 * 7", "console.log('printed')", "seven"])
        await kernel.execute(code);
      const inputs = async (content: object) => (await ask(kernel, content)).map(([, line, entry]) => [line, entry]);
      assert.deepEqual(await inputs({ hist_access_type: "tail", n: 2, output: true }), [
        [4, ["console.log('printed')", null]],
        [5, ["seven", "7"]],
      ]);
      assert.deepEqual(await inputs({ hist_access_type: "range", session: 0, start: 2, stop: 4 }), [
        [2, "let seven = 7"],
        [3, "6 * 7"],
      ]);
      assert.deepEqual(await inputs({ hist_access_type: "range", session: 0, start: 1, stop: 2, output: true }), [
        [1, ["6 * 7", "42"]],
      ]);
      const search = { hist_access_type: "search", pattern: "6 [*] ?" };
      assert.deepEqual(await inputs(search), [
        [1, "6 * 7"],
        [3, "6 * 7"],
      ]);
      assert.deepEqual(await inputs({ ...search, unique: true }), [[3, "6 * 7"]]);
      assert.deepEqual(await inputs({ ...search, n: 1 }), [[3, "6 * 7"]]);
      const before = (await ask(kernel, { hist_access_type: "range", session: -1, start: 1, stop: 2 }))[0];
      assert.notEqual(before, undefined, "an earlier session's first line");
    } finally {
      await kernel.close();
    }
  });
});
