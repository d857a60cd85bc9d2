// All exercises, by the name that `check` takes; a lesson's own are in its file.
import { backpropagationExercises } from "./backpropagation.js";
import { compressionExercises } from "./compression.js";
import { deploymentExercises } from "./deployment.js";
import { errorAnalysisExercises } from "./error-analysis.js";
import { evaluationExercises } from "./evaluation.js";
import { exportExercises } from "./export.js";
import { mockInterviewExercises } from "./mock-interview.js";
import { monitoringExercises } from "./monitoring.js";
import { optimisationExercises } from "./optimisation.js";
import { overfittingExercises } from "./overfitting.js";
import { preprocessingExercises } from "./preprocessing.js";
import { servingExercises } from "./serving.js";
import { startHereExercises } from "./start-here.js";
import { testingExercises } from "./testing.js";
import { trainingExercises } from "./training.js";

export const exercises = {
  ...startHereExercises,
  ...preprocessingExercises,
  ...trainingExercises,
  ...backpropagationExercises,
  ...evaluationExercises,
  ...errorAnalysisExercises,
  ...overfittingExercises,
  ...optimisationExercises,
  ...exportExercises,
  ...compressionExercises,
  ...servingExercises,
  ...monitoringExercises,
  ...testingExercises,
  ...deploymentExercises,
  ...mockInterviewExercises,
};

export type Exercises = typeof exercises;
