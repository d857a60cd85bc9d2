// What a lesson's file of answers holds for each exercise.

export interface Answers {
  /** Right ones, by what they do; one at least. */
  readonly right: Readonly<Record<string, unknown>>;
  /** Wrong ones, by the mistake; what is said about each has to help. */
  readonly wrong: Readonly<Record<string, { readonly answer: unknown; readonly says: RegExp }>>;
}
