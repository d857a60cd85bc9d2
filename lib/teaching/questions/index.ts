// The bank of interview questions, by the name that `interview` takes an answer for: forty, of all lessons.
import { exercises } from "../exercises/index.js";
import { compressionQuestions } from "./compression.js";
import { dataQuestions } from "./data.js";
import { deploymentQuestions } from "./deployment.js";
import { errorQuestions } from "./errors.js";
import { exportQuestions } from "./export.js";
import { gradientQuestions } from "./gradients.js";
import { metricQuestions } from "./metrics.js";
import { monitoringQuestions } from "./monitoring.js";
import { optimisationQuestions } from "./optimisation.js";
import { overfittingQuestions } from "./overfitting.js";
import { servingQuestions } from "./serving.js";
import { testingQuestions } from "./testing.js";
import { trainingQuestions } from "./training.js";

export const questions = {
  ...dataQuestions,
  ...trainingQuestions,
  ...gradientQuestions,
  f1FromCounts: exercises.f1FromCounts,
  ...metricQuestions,
  ...errorQuestions,
  ...overfittingQuestions,
  ...optimisationQuestions,
  ...exportQuestions,
  ...compressionQuestions,
  ...servingQuestions,
  ...monitoringQuestions,
  ...testingQuestions,
  ...deploymentQuestions,
};

export type Questions = typeof questions;
