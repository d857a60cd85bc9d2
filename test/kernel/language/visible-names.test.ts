// Names that may stand where anything may: the cell's own first, also in the very first request of a session, when the
// list of globals is read on the way.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Language } from "../../../kernel/language/language.js";

describe("visible-names", () => {
  let directory: string;
  let language: Language;
  before(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-names-"));
    language = Language.open({ directory });
  });
  after(async () => {
    await language.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function offered(source: string): Promise<[text: string, type: string, signature: string][]> {
    const { items } = await language.complete(source, source.length);
    return items.map(({ text, type, signature }) => [text, type, signature]);
  }

  it("offers a name of the cell itself in the first request", async () => {
    assert.deepEqual(await offered("const zebraCount: number = 1; zebraC"), [["zebraCount", "instance", "number"]]);
  });

  it("offers globals, types without a value and keywords", async () => {
    for (const [prefix, name] of [
      ["structured", "structuredClone"],
      ["NonNull", "NonNullable"],
      ["satis", "satisfies"],
    ] as const) {
      assert.ok(
        (await offered(prefix)).some(([text]) => text === name),
        name,
      );
    }
  });
});
