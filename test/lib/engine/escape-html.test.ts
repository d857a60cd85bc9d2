// Text in HTML, and that every display goes through the one function that makes it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { escapeHTML } from "../../../lib/engine/escape-html.js";

describe("escapeHTML", () => {
  it("leaves no tag, no entity and no end of an attribute", () => {
    assert.equal(escapeHTML('<b title="a&b">'), "&lt;b title=&quot;a&amp;b&quot;&gt;");
    assert.equal(escapeHTML("&lt;"), "&amp;lt;");
  });

  it("is the only one in the library", () => {
    const folder = fileURLToPath(new URL("../../../../lib", import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    assert.ok(files.length > 100);
    const having = files.filter((file) => readFileSync(join(folder, file), "utf8").includes("&lt;"));
    assert.deepEqual(having, [join("engine", "escape-html.ts")]);
  });
});
