// The mock interview: what is drawn, which answers it takes, and the score card.
import assert from "node:assert/strict";
import * as ml from "../../../lib/index.js";
import { questions } from "../../../lib/teaching/questions/index.js";

const right = (tp: number, fp: number, fn: number) => (tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn));
const wrong = (tp: number) => tp;

/** One that draws all, so that each question is in it. */
const all = () => ml.teaching.interview({ seed: 3, questions: 40 });

describe("interview", () => {
  it("draws the same questions for the same seed, each once, and others for another", () => {
    const { names } = ml.teaching.interview({ seed: 7, questions: 12 });
    assert.equal(new Set(names).size, 12);
    for (const name of names) assert.ok(name in questions, name);
    assert.deepEqual(ml.teaching.interview({ seed: 7, questions: 12 }).names, names);
    assert.notDeepEqual(ml.teaching.interview({ seed: 8, questions: 12 }).names, names);
    assert.equal(ml.teaching.interview().names.length, 10);
    assert.equal(new Set(all().names).size, 40);
  });

  it("draws every question equally often", () => {
    const drawn = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++)
      for (const name of ml.teaching.interview({ seed, questions: 4 }).names)
        drawn.set(name, (drawn.get(name) ?? 0) + 1);
    // 200 each on average; five standard deviations of a binomial distribution.
    for (const name of Object.keys(questions)) assert.ok(Math.abs((drawn.get(name) ?? 0) - 200) < 5 * 13.5, name);
  });

  it("counts what is right in the end, and what was at once", async () => {
    const interview = all();
    assert.deepEqual([interview.scoreCard.right, interview.scoreCard.open], [0, 40]);
    assert.equal((await interview.answer("f1FromCounts", wrong)).right, false);
    assert.deepEqual([interview.scoreCard.right, interview.scoreCard.open], [0, 39]);
    assert.equal((await interview.answer("f1FromCounts", right)).right, true);
    assert.equal(
      (await interview.answer("stepsPerEpoch", (n, b, drop) => (drop ? Math.floor : Math.ceil)(n / b))).right,
      true,
    );
    const { scoreCard } = interview;
    assert.deepEqual([scoreCard.right, scoreCard.rightAtOnce, scoreCard.open], [2, 1, 38]);
    assert.deepEqual(scoreCard.lessonsToRead, ["04-evaluation"]);
    await interview.answer("f1FromCounts", wrong);
    assert.equal(interview.scoreCard.right, 1, "the last answer counts");
  });

  it("shows what was asked and how it went", async () => {
    const interview = all();
    await interview.answer("f1FromCounts", wrong);
    await interview.answer("stepsPerEpoch", (n, b, drop) => (drop ? Math.floor : Math.ceil)(n / b));
    const shown = (interview as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
    const bundle = shown?.call(interview) ?? {};
    const text = bundle["text/plain"] ?? "";
    assert.equal(text.split("\n").length, 1 + 1 + 40 + 2);
    assert.match(text, /^✗ {2}f1FromCounts +04-evaluation +Write F1 .*F1。$/m);
    assert.match(text, /^✓ {2}stepsPerEpoch +02-training-a-cnn +How many/m);
    assert.match(text, /^\? {2}softmax +02-training-a-cnn .*softmax/m);
    assert.match(text, /1 of 40 right, 1 at once, 38 open\nread again: 04-evaluation$/);
    assert.match(bundle["text/html"] ?? "", /^<table>.*面试题.*read again: 04-evaluation/s);
  });

  it("refuses names that were not drawn, and options that there are not", async () => {
    const { names } = ml.teaching.interview({ seed: 1, questions: 1 });
    const other = names[0] === "f1FromCounts" ? "softmax" : "f1FromCounts";
    const interview = ml.teaching.interview({ seed: 1, questions: 1 });
    await assert.rejects(
      interview.answer(other as "f1FromCounts", right),
      new RegExp(`^Error: invalid name; expected one of "${names[0]}": "${other}"$`),
    );
    assert.throws(
      () => ml.teaching.interview({ questions: 41 }),
      /invalid questions; expected a whole number from 1 to 40: 41/,
    );
    assert.throws(() => ml.teaching.interview({ seed: -1 }), /invalid seed; expected a whole number/);
    assert.throws(() => ml.teaching.interview({ count: 3 } as object), /count/);
  });
});
