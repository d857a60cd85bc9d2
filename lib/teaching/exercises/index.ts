// All exercises, by the name that `check` takes; a lesson's own are in its file.
import { evaluationExercises } from "./evaluation.js";
import { mockInterviewExercises } from "./mock-interview.js";
import { startHereExercises } from "./start-here.js";

export const exercises = {
  ...startHereExercises,
  ...evaluationExercises,
  ...mockInterviewExercises,
};

export type Exercises = typeof exercises;
