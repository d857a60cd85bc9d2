// What an exercise of a lesson is: a task, and how an answer to it is judged. One file a lesson in exercises/; `check` finds
// them there.

/** What is wrong with an answer, as a sentence to its author; undefined where nothing is. */
export type Problem = string | undefined;

export interface Exercise<Answer> {
  /** The notebook that asks it: "04-evaluation". */
  readonly lesson: string;
  /** The task, in English. */
  readonly task: string;
  /** The same in Chinese. */
  readonly taskInChinese: string;
  /**
   * Judges an answer by using it: calls it on inputs, some of which are the mistakes' own. Never compares source text.
   * The sentence names the input, what came and what was expected: "f1(0, 0) is NaN; expected 0, as scikit-learn gives".
   * What an answer throws is reported by `check`.
   */
  readonly problemOf: (answer: Answer) => Problem | Promise<Problem>;
}

/** Types an exercise by its judge: `exercise<(truth: number[], answers: number[]) => number>({ … })`. */
export function exercise<Answer>(value: Exercise<Answer>): Exercise<Answer> {
  return value;
}
