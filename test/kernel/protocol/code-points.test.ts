// Positions in code points and in UTF-16 units; checked against JavaScript's own iteration by code points.
import assert from "node:assert/strict";
import fc from "fast-check";
import { codePointOffset, utf16Offset } from "../../../kernel/protocol/code-points.js";

describe("code points", () => {
  it("counts characters outside of the basic plane once", () => {
    assert.equal(utf16Offset("🙂x", 1), 2);
    assert.equal(codePointOffset("🙂x", 2), 1);
    assert.equal(utf16Offset("a𝔹c", 3), 4);
  });

  it("agrees with iteration by code points, there and back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, position) => {
        const expected = [...text].slice(0, position).join("").length;
        assert.equal(utf16Offset(text, position), expected);
        assert.equal(codePointOffset(text, expected), Math.min(position, [...text].length));
      }),
    );
  });

  it("keeps positions outside of the text at its ends", () => {
    assert.equal(utf16Offset("ab", 9), 2);
    assert.equal(utf16Offset("ab", -1), 0);
    assert.equal(codePointOffset("ab", 9), 2);
  });
});
