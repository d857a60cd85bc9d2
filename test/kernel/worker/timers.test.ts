// Timers know their cell, and are otherwise what Node makes them.
import assert from "node:assert/strict";
import { WorkerClient } from "./worker-client.js";

describe("worker: timers", () => {
  let client: WorkerClient;
  before(async () => {
    client = await WorkerClient.start();
    client.resolve = (specifier) => ({ kind: "native", url: specifier });
  });
  after(() => client.close());

  const facts: [fact: string, code: string][] = [
    [
      "return what Node returns",
      "const t = setTimeout(() => {}, 1); const i = setImmediate(() => {}); const ok = t.constructor.name + i.constructor.name; clearTimeout(t); clearImmediate(i); return { value: ok === 'TimeoutImmediate' }",
    ],
    [
      "unref, ref, refresh and become numbers",
      "const t = setTimeout(() => {}, 1e6); const ok = t.unref() === t && !t.hasRef() && t.ref().hasRef() && t.refresh() === t && typeof +t === 'number'; clearTimeout(+t); return { value: ok && t._destroyed }",
    ],
    [
      "are disposed of by `using`",
      "const t = setTimeout(() => {}, 1e6); t[Symbol.dispose](); return { value: t._destroyed }",
    ],
    [
      "are promisified",
      "const { promisify } = require('node:util'); return { value: await promisify(setTimeout)(1, 'x') === 'x' && await promisify(setImmediate)('y') === 'y' }",
    ],
    [
      "pass arguments and `this`",
      "return { value: await new Promise((go) => setTimeout(function (a, b) { go(this.constructor.name === 'Timeout' && a + b === 3) }, 1, 1, 2)) }",
    ],
    [
      "refuse what is no function",
      "try { setTimeout('code') } catch (error) { return { value: error.code === 'ERR_INVALID_ARG_TYPE' } }",
    ],
    [
      "have their names and lengths",
      "return { value: setTimeout.name === 'setTimeout' && require('node:timers').setInterval === setInterval }",
    ],
    [
      "are the same by import",
      "const timers = await $cellgrad.import('node:timers'); return { value: timers.setTimeout === setTimeout && timers.default.setImmediate === setImmediate }",
    ],
    [
      "in promises give their value",
      "const t = require('node:timers/promises'); return { value: await t.setTimeout(1, 'a') === 'a' && await t.setImmediate('b') === 'b' }",
    ],
    [
      "in promises heed a signal",
      "const t = require('node:timers/promises'); const a = new AbortController(); const p = t.setTimeout(1e6, 0, { signal: a.signal }); a.abort(); return { value: await p.catch((error) => error.name === 'AbortError') }",
    ],
    [
      "in promises tick",
      "let n = 0; for await (const x of require('node:timers/promises').setInterval(1, 'v')) { n += x === 'v'; if (n === 3) break } return { value: n === 3 }",
    ],
    [
      "in promises refuse wrong options",
      "return { value: await require('node:timers/promises').setTimeout(1, 0, 5).catch((error) => error.code === 'ERR_INVALID_ARG_TYPE') }",
    ],
  ];
  for (const [fact, code] of facts) {
    it(fact, async () => {
      assert.equal(await client.text(code), "true");
    });
  }

  it("take no memory when they are over", async () => {
    const text = await client.text(
      "const run = []; for (let n = 0; n < 20000; n += 1) await new Promise((go) => setImmediate(go)); globalThis.gc?.(); return { value: process.memoryUsage().heapUsed < 200e6 }",
    );
    assert.equal(text, "true");
  });

  it("of a stopped cell are cleared, those of others go on", async () => {
    const other = await client.run(
      "let n = 0; const t = setInterval(() => { console.log('tick', n += 1); if (n === 50) clearInterval(t) }, 2)",
    );
    const stopped = await client.stop(
      "console.log('on'); setInterval(() => console.log('mine'), 1); setTimeout(() => console.log('mine'), 5); await $cellgrad.await(new Promise(() => {}))",
    );
    const length = client.outputOf(stopped.cell).length;
    await client.printed(other.cell, "tick 50\n");
    assert.equal(client.outputOf(stopped.cell).length, length);
  });

  it("of others go on when a Stop finds one of them at work", async () => {
    // What the kernel loads keeps the Stop waiting, so that it looks for what to break off, and each timer takes its time.
    const fresh = await WorkerClient.start();
    try {
      const busy = "for (const end = performance.now() + 3; performance.now() < end; );";
      const other = await fresh.run(`let n = 0; setInterval(() => { ${busy} console.log('tick', n += 1) }, 1)`);
      await fresh.stop("console.log('on'); await $cellgrad.await(new Promise(() => {}))");
      const ticks = () => Number(/tick (\d+)\n$/.exec(fresh.outputOf(other.cell))?.[1]);
      await fresh.printed(other.cell, `tick ${ticks() + 50}\n`);
    } finally {
      await fresh.close();
    }
  });
});
