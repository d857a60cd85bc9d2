// `ml.teaching.interview`: draws questions from the bank, takes answers to them, keeps the score.
import { checkChoice, checkOptions, checkWhole } from "../engine/invalid.js";
import { mixSeeds, seedOrRandom, Xoshiro128 } from "../engine/random.js";
import { verdictOf } from "./check.js";
import type { Exercise } from "./exercise.js";
import { type Questions, questions } from "./questions/index.js";
import { type AnsweredQuestion, ScoreCard } from "./score-card.js";
import type { Verdict } from "./verdict.js";

/** What a question takes as its answer: a function of a certain type. */
export type AnswerToQuestion<Name extends keyof Questions> =
  Questions[Name] extends Exercise<infer Answer> ? Answer : never;

export interface InterviewOptions {
  /** The same seed draws the same questions in the same order; another one each time by default. */
  readonly seed?: number;
  /** How many questions, 1 to 40; 10 by default. */
  readonly questions?: number;
}

/** Questions that were drawn, and what became of them; shows itself as its score card. */
export class Interview {
  /** By name, in the order of drawing: whether the first answer was right, whether the last one was, how many there were. */
  readonly #answered = new Map<keyof Questions, AnsweredQuestion>();

  /** @param names of the questions that were drawn, in their order; @param seed that drew them */
  constructor(
    readonly names: readonly (keyof Questions)[],
    readonly seed: number,
  ) {
    for (const name of names) {
      const { lesson, task, taskInChinese } = questions[name];
      this.#answered.set(name, { name, lesson, task, taskInChinese, answers: 0, right: false, rightAtOnce: false });
    }
  }

  /**
   * Judges an answer as `ml.teaching.check` does, and notes it. A question may be answered again: the score counts those that are right
   * in the end, and tells which were right at once.
   *
   * @param name of one of the drawn questions
   * @param answer a function as the question asks for it
   * @returns the verdict: `right`, and `problem` where it is not
   * @throws for names that were not drawn
   */
  async answer<Name extends keyof Questions>(name: Name, answer: AnswerToQuestion<Name>): Promise<Verdict> {
    checkChoice("name", name, this.names);
    // The record's types belong together, name by name; TypeScript sees only their union.
    const question = questions[name] as unknown as Exercise<AnswerToQuestion<Name>>;
    const verdict = await verdictOf(name, question, answer);
    const before = this.#answered.get(name);
    if (before) {
      const rightAtOnce = before.rightAtOnce || (verdict.right && before.answers === 0);
      this.#answered.set(name, { ...before, answers: before.answers + 1, right: verdict.right, rightAtOnce });
    }
    return verdict;
  }

  /** The score so far: which are right, which are open, which lessons to read again. */
  get scoreCard(): ScoreCard {
    return new ScoreCard([...this.#answered.values()]);
  }

  toString(): string {
    return String(this.scoreCard);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.scoreCard.bundle();
  }
}

/**
 * A mock interview: draws questions at random from a bank of forty, of all lessons. Shows itself as a list of what was asked, and
 * of how it was answered: `await interview.answer(name, (…) => …)`.
 *
 * @param options `seed` for the same questions again, `questions` for how many
 * @returns the interview; its `names` are the drawn questions
 * @throws for a seed that is no whole number in [0, 2³²), and for more questions than there are
 */
export function interview(options: InterviewOptions = {}): Interview {
  checkOptions("options", options, ["seed", "questions"]);
  const bank = Object.keys(questions) as (keyof Questions)[];
  const { questions: count = 10 } = options;
  checkWhole("questions", count, 1, bank.length);
  const seed = seedOrRandom(options.seed);
  const order = new Xoshiro128(mixSeeds(seed)).permutation(bank.length);
  const names = Array.from(order.subarray(0, count), (i) => bank[i]).filter((name) => name !== undefined);
  return new Interview(names, seed);
}
