// Every specification of the galleries as it was when somebody last looked at its picture. What changed on purpose is written
// anew by test/fixtures/plot/specs/make.mjs, and the change is read in the diff.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { ready } from "../../../lib/engine/backend.js";
import { everySpec } from "./every-chart.js";
import { fileOf, look, snapshotOf } from "./spec-snapshot.js";

const folder = new URL("../../../../test/fixtures/plot/specs/", import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));

describe("plot: specifications are as they were", () => {
  before(() => ready());

  it("has one file for each, by its name", () => {
    const names = everySpec.map(([name]) => fileOf(name));
    assert.equal(new Set(names).size, names.length);
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    assert.deepEqual(files.sort(), [...names, "look"].map((name) => `${name}.json`).sort());
  });

  it("sees what changes, in what is kept and in what is hashed", () => {
    const rows = (last: number) => ({ data: { values: Array.from({ length: 20 }, (_, i) => (i === 10 ? last : i)) } });
    assert.deepEqual(snapshotOf(rows(1)), snapshotOf(rows(1)));
    assert.notDeepEqual(snapshotOf(rows(1)), snapshotOf(rows(2)));
    assert.notDeepEqual(snapshotOf({ mark: "bar" }), snapshotOf({ mark: "line" }));
    assert.notDeepEqual(snapshotOf({ config: { ...(look as object), padding: 1 } }), snapshotOf({ config: look }));
  });

  it("looks as it did: fonts, colours, sizes", () => assert.deepEqual(read("look"), look));

  for (const [name, get] of everySpec)
    it(name, () =>
      assert.deepEqual(snapshotOf(get().spec), read(fileOf(name)), "see test/fixtures/plot/specs/make.mjs"),
    );
});
