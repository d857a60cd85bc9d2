// One line of the fuzz table: a public function and good arguments for it. The other files here change them and judge what
// comes of it.

/** A public function, by its name in a cell ("ml.data.split"), and how it is called. */
export interface Subject {
  readonly name: string;
  /** Good arguments, made anew for each call, with every option that does not exclude another. */
  readonly args: () => readonly unknown[];
  /** What a caller does with the result; the fuzz judges what this gives, and what it throws, too. */
  readonly use?: (result: never, args: readonly unknown[]) => unknown;
  /** How many calls; fewer for what is slow. */
  readonly runs?: number;
  /** Names of arguments or options that stay as they are (a place to write to, an address). */
  readonly fixed?: readonly string[];
  /** Even good arguments are refused here: files are missing. */
  readonly refused?: boolean;
  /** Of the processor's time that a call may take; 1 by default. */
  readonly seconds?: number;
  /** Computes in float32: where a number overflows there, NaN may come out. */
  readonly float32?: boolean;
  /** Where the documentation says that NaN comes out. */
  readonly nan?: boolean;
}
