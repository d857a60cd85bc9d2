// All exercises, by the name that `check` takes; a lesson's own are in its file.
import { evaluationExercises } from "./evaluation.js";

export const exercises = {
  ...evaluationExercises,
};

export type Exercises = typeof exercises;
