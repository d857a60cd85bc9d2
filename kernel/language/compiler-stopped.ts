// The error of a question that the compiler's process did not live to answer. Thrown by compiler-project.ts, where a second
// process did no better or Stop ended the first; shown in the cell by session.

export class CompilerStopped extends Error {
  override name = "CompilerStopped";

  constructor() {
    super("the TypeScript compiler ended while it worked on this; a fresh one takes the next cell");
  }
}
