// Every exercise takes a right answer, and says of at least three wrong ones what is wrong with them. A lesson's answers are
// in answers/, one file a lesson, as the exercises themselves are.
import assert from "node:assert/strict";
import * as ml from "../../../lib/index.js";
import { exercises } from "../../../lib/teaching/exercises/index.js";
import type { Answers } from "./answers/answers.js";
import { backpropagationAnswers } from "./answers/backpropagation.js";
import { compressionAnswers } from "./answers/compression.js";
import { deploymentAnswers } from "./answers/deployment.js";
import { errorAnalysisAnswers } from "./answers/error-analysis.js";
import { evaluationAnswers } from "./answers/evaluation.js";
import { exportAnswers } from "./answers/export.js";
import { mockInterviewAnswers } from "./answers/mock-interview.js";
import { monitoringAnswers } from "./answers/monitoring.js";
import { optimisationAnswers } from "./answers/optimisation.js";
import { overfittingAnswers } from "./answers/overfitting.js";
import { preprocessingAnswers } from "./answers/preprocessing.js";
import { servingAnswers } from "./answers/serving.js";
import { startHereAnswers } from "./answers/start-here.js";
import { testingAnswers } from "./answers/testing.js";
import { trainingAnswers } from "./answers/training.js";

const answers: Record<string, Answers> = {
  ...startHereAnswers,
  ...preprocessingAnswers,
  ...trainingAnswers,
  ...backpropagationAnswers,
  ...evaluationAnswers,
  ...errorAnalysisAnswers,
  ...overfittingAnswers,
  ...optimisationAnswers,
  ...exportAnswers,
  ...compressionAnswers,
  ...servingAnswers,
  ...monitoringAnswers,
  ...testingAnswers,
  ...deploymentAnswers,
  ...mockInterviewAnswers,
};

// Names and answers are read from a table, where no type can tie one to the other.
const check = ml.teaching.check as unknown as (name: string, answer: unknown) => Promise<ml.teaching.Verdict>;

describe("exercises", () => {
  // Some take tensors.
  before(() => ml.ready());

  it("all have answers here", () => {
    assert.deepEqual(Object.keys(answers).sort(), Object.keys(exercises).sort());
  });

  for (const [name, { right, wrong }] of Object.entries(answers)) {
    for (const [what, answer] of Object.entries(right)) {
      it(`${name} takes ${what}`, async () => {
        assert.equal((await check(name, answer)).problem, undefined);
      });
    }

    it(`${name} has three wrong answers at least`, () => {
      assert.ok(Object.keys(wrong).length >= 3);
    });

    for (const [what, { answer, says }] of Object.entries(wrong)) {
      it(`${name} refuses ${what}`, async () => {
        assert.match((await check(name, answer)).problem ?? "taken as right", says);
      });
    }
  }
});
