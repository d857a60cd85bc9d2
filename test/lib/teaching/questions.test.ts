// The bank of interview questions: forty, of all lessons, each of which takes a right answer and says of at least three mistakes
// with which input they go wrong. Answers are in question-answers/.
import assert from "node:assert/strict";
import * as ml from "../../../lib/index.js";
import { type Questions, questions } from "../../../lib/teaching/questions/index.js";
import * as learning from "./question-answers/learning.js";
import type { AnswersTo } from "./question-answers/mistakes.js";
import * as production from "./question-answers/production.js";

const answers: AnswersTo<keyof Questions> = {
  ...learning.dataAnswers,
  ...learning.trainingAnswers,
  ...learning.gradientAnswers,
  ...learning.overfittingAnswers,
  ...learning.optimisationAnswers,
  ...production.f1Answers,
  ...production.metricAnswers,
  ...production.errorAnswers,
  ...production.exportAnswers,
  ...production.compressionAnswers,
  ...production.servingAnswers,
  ...production.monitoringAnswers,
  ...production.testingAnswers,
  ...production.deploymentAnswers,
};

const names = Object.keys(questions) as (keyof Questions)[];

// Names and answers are read from a table, where no type can tie one to the other.
type Judge = (name: string, answer: unknown) => Promise<ml.teaching.Verdict>;

describe("interview questions", () => {
  const all = ml.teaching.interview({ questions: names.length, seed: 1 });
  const judge = all.answer.bind(all) as unknown as Judge;

  it("are forty, of every lesson from 01 to 13", () => {
    assert.equal(names.length, 40);
    const lessons = new Set(names.map((name) => questions[name].lesson.slice(0, 2)));
    assert.deepEqual(
      [...lessons].sort(),
      Array.from({ length: 13 }, (_, i) => String(i + 1).padStart(2, "0")),
    );
  });

  it("are asked in English and in Chinese, each another", () => {
    for (const name of names) {
      assert.match(questions[name].task, /^[\p{Script=Latin}\p{Script=Greek}\p{P}\p{S}\p{N}\s′]+[.?]$/u, name);
      assert.match(questions[name].taskInChinese, /[\u4e00-\u9fff].*[。？]$/, name);
    }
    assert.equal(new Set(names.map((name) => questions[name].task)).size, names.length);
  });

  for (const name of names) {
    const { right, wrong } = answers[name];
    it(`${name} takes what is right, and refuses ${Object.keys(wrong).join("; ")}`, async () => {
      assert.equal((await judge(name, right)).problem, undefined);
      assert.ok(Object.keys(wrong).length >= 3);
      for (const [what, mistake] of Object.entries(wrong)) {
        const { problem } = await judge(name, mistake);
        assert.match(problem ?? "taken as right", /^for .+ it gives .+; expected .+, since .+/s, what);
        assert.doesNotMatch(problem ?? "", /[.,;] *$/, "the sentence goes on");
      }
    });
  }

  it("are spoilt by no answer that changes what it gets", async () => {
    const sorting = (values: number[]) => values.sort((a, b) => a - b).map(() => 0);
    assert.equal((await judge("standardise", sorting)).right, false);
    assert.equal((await judge("standardise", answers.standardise.right)).right, true);
  });

  it("take typed arrays as lists, and say what an answer throws", async () => {
    assert.equal(
      (await judge("clipByNorm", (g: number[], most: number) => Float64Array.from(answers.clipByNorm.right(g, most))))
        .right,
      true,
    );
    const { problem } = await judge("standardise", () => {
      throw new RangeError("not yet");
    });
    assert.equal(problem, "it throws RangeError: not yet");
  });
});
