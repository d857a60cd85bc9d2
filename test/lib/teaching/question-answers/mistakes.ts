// What a file of answers to questions holds: by name, a right answer and the mistakes that people make, each by what it is. Used
// by questions.test.ts.
import type { AnswerToQuestion } from "../../../../lib/teaching/interview.js";
import type { Questions } from "../../../../lib/teaching/questions/index.js";

export interface Mistakes<Answer> {
  readonly right: Answer;
  /** Three at least. */
  readonly wrong: Readonly<Record<string, Answer>>;
}

export type AnswersTo<Name extends keyof Questions> = { readonly [name in Name]: Mistakes<AnswerToQuestion<name>> };
