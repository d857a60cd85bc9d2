// What an unknown magic may have meant.
import assert from "node:assert/strict";
import { CellFailure } from "../../../kernel/session/cell-failure.js";
import { editDistance, nearestNames } from "../../../kernel/session/magics/edit-distance.js";
import { findMagic } from "../../../kernel/session/magics/magic-table.js";

describe("near names", () => {
  const distances: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["who", "who", 0],
    ["wo", "who", 1],
    ["hwo", "who", 1],
    ["whi", "who", 1],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, expected] of distances) {
    it(`finds ${expected} edits between ${a} and ${b}, both ways`, () => {
      assert.equal(editDistance(a, b), expected);
      assert.equal(editDistance(b, a), expected);
    });
  }

  it("finds mistyped and shortened names, whatever their case, and nothing for what is far", () => {
    const known = ["help", "npm", "reset", "typecheck", "who", "time"];
    assert.deepEqual(nearestNames("hepl", known), ["help"]);
    assert.deepEqual(nearestNames("TypChek", known), ["typecheck"]);
    assert.equal(nearestNames("type", known)[0], "typecheck");
    assert.deepEqual(nearestNames("matplotlib", known), []);
  });

  it("names them in the error", () => {
    assert.equal(findMagic("who").name, "who");
    assert.throws(
      () => findMagic("tiem"),
      (error) => error instanceof CellFailure && /%time/.test(error.error.evalue),
    );
    assert.throws(() => findMagic("matplotlib"), /there is no %matplotlib\. %help lists the magics/);
  });
});
