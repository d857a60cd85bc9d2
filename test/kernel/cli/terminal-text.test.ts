// What a terminal would show. The cases are those of a progress bar, and the rule is JupyterLab's for saved streams.
import assert from "node:assert/strict";
import { TerminalText } from "../../../kernel/cli/terminal-text.js";

function shown(...pieces: string[]): string {
  const text = new TerminalText();
  for (const piece of pieces) text.append(piece);
  return text.toString();
}

describe("terminal-text", () => {
  const cases: [text: string, expected: string][] = [
    ["plain\ntext", "plain\ntext"],
    ["10%\r20%\r100%", "100%"],
    ["long line\rshort", "shortline"],
    ["a\r\nb\r\r\nc", "a\nb\nc"],
    ["first\nab\rc\nlast", "first\ncb\nlast"],
    ["abc\b\bX", "aXc"],
    ["\b\babc", "abc"],
    ["shown\r", "shown"],
    ["😀😀\b🚀", "😀🚀"],
  ];
  for (const [text, expected] of cases) {
    it(`${JSON.stringify(text)} shows ${JSON.stringify(expected)}`, () => assert.equal(shown(text), expected));
  }

  it("shows the same when a stream comes in pieces", () => {
    const whole = "epoch 1\rloss 0.5\rloss 0.25\b\b9\ndone\r\n";
    for (let cut = 0; cut <= whole.length; cut++) {
      assert.equal(shown(whole.slice(0, cut), whole.slice(cut)), shown(whole));
    }
    assert.equal(shown(...whole), "loss 0.95\ndone\n");
  });
});
