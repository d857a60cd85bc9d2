// Hostile requests end in 4xx, 503 or a cut connection, never in a crash; good ones are answered among them, and nothing is left behind.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "../../../lib/serve/index.js";
import { attack, type Ingredients, kindCount, type Outcome } from "./hostile.js";
import { answersOf, type ModelFiles, modelFiles } from "./model-files.js";
import { answered, numbersOf, pictureFile, randomBytes, upload } from "./pictures.js";

/** Handles of this process, by kind, but for what a test runner has. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo())
    if (/^(TCP|MessagePort|Worker)/.test(name)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe("serve: hostile requests", function () {
  this.timeout(300_000);
  let files: ModelFiles;
  before(async () => {
    files = await modelFiles();
  });
  after(() => files.remove());

  for (const fit of ["exact", "cover"] as const)
    it(`do no harm where pictures are ${fit === "exact" ? "taken as they are" : "scaled"}`, async () => {
      const bytes = randomBytes(784, 1);
      const digit = [28, 28, 1] as const;
      const pictures = await Promise.all(
        (["png", "webp", "jpeg", "gif", "tiff"] as const).map((format) => pictureFile(bytes, digit, format)),
      );
      const ingredients: Ingredients = { pictures };
      const expected = await answersOf(files.digits, "uint8", bytes, [1, ...digit]);
      const before = handles();
      const lines: string[] = [];
      const server = await start({
        model: files.digits,
        fit,
        maxBody: 2 ** 20,
        requestTimeout: 400,
        log: "error",
        logTo: { write: (line) => lines.push(line) },
      });
      const outcomes: Outcome[] = [];
      let [next, good] = [0, 0];
      const total = 20 * kindCount();
      const clients = Array.from({ length: 12 }, async () => {
        for (let seed = next++; seed < total; seed = next++) outcomes.push(await attack(server.url, seed, ingredients));
      });
      const honest = (async () => {
        while (next < total) {
          const answer = await answered(upload(server.url, [pictures[0] ?? Buffer.alloc(0)]));
          assert.deepEqual(numbersOf(answer.predictions[0]), expected);
          good++;
          await sleep(20);
        }
      })();
      await Promise.all([...clients, honest]);
      assert.equal(outcomes.length, total);
      assert.ok(good > 0);
      for (const { kind, status, text } of outcomes) {
        assert.ok(status < 500 || status === 503, `${kind}: ${text}`);
        // Whatever was told was told in the one shape, but to a HEAD.
        if (status >= 400 && !text.endsWith("\r\n\r\n"))
          assert.match(text, /\{"error":"invalid .*","expected":"/, kind);
      }
      const of = (kind: string) => outcomes.filter((each) => each.kind === kind).map(({ status }) => status);
      assert.deepEqual(new Set(of("path tricks").filter((status) => status === 200)), new Set());
      assert.deepEqual(new Set(of("wrong JSON").filter((status) => status < 400)), new Set());
      assert.ok(of("slow client").every((status) => status === 408 || status === 0));
      assert.deepEqual(lines, []);
      const metrics = await (await fetch(`${server.url}/metrics`, { headers: { connection: "close" } })).text();
      assert.match(metrics, /^cellgrad_inputs 0$/m);
      await server.close();
      await sleep(50);
      assert.deepEqual(handles(), before);
    });
});
