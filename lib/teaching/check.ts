// `ml.teaching.check`: judges an answer to an exercise of a lesson.
import * as tf from "@tensorflow/tfjs";
import { checkChoice } from "../engine/invalid.js";
import type { Exercise, Problem } from "./exercise.js";
import { type Exercises, exercises } from "./exercises/index.js";
import { Verdict } from "./verdict.js";

/** What an exercise takes as its answer: most often a function of a certain type. */
export type AnswerTo<Name extends keyof Exercises> = Exercises[Name] extends Exercise<infer Answer> ? Answer : never;

/**
 * Judges an answer to an exercise by using it on inputs of its own, mistakes that people make among them. A wrong answer
 * is no error: what comes back, and shows itself as the cell's value, says with which input it went wrong, what came,
 * and what was expected. Tensors that the answer leaves behind are disposed of.
 *
 * @param name the exercise's name, as its lesson gives it
 * @param answer what the lesson asks for; its type is the exercise's, so the cell's check says first whether it fits
 * @returns the verdict: `right`, and `problem` where it is not
 * @throws for names of exercises that there are not
 */
export async function check<Name extends keyof Exercises>(name: Name, answer: AnswerTo<Name>): Promise<Verdict> {
  checkChoice("name", name, Object.keys(exercises));
  // The record's types belong together, name by name; TypeScript sees only their union.
  return verdictOf(name, exercises[name] as unknown as Exercise<AnswerTo<Name>>, answer);
}

export async function verdictOf<Answer>(name: string, one: Exercise<Answer>, answer: Answer): Promise<Verdict> {
  return new Verdict(name, await problemOf(one, answer));
}

/** What the judge says; what the answer throws is its problem, and its tensors are disposed of. */
async function problemOf<Answer>(one: Exercise<Answer>, answer: Answer): Promise<Problem> {
  tf.engine().startScope();
  try {
    return await one.problemOf(answer);
  } catch (error) {
    return `it throws ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  } finally {
    tf.engine().endScope();
  }
}
