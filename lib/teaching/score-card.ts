// How a mock interview went: a row a question, the sum, and the lessons to read again. Made by interview.ts.
import { type AlignedTable, alignedHTML, alignedText } from "../training/aligned-table.js";

/** A question that was drawn, and its answers so far. */
export interface AnsweredQuestion {
  readonly name: string;
  readonly lesson: string;
  readonly task: string;
  readonly taskInChinese: string;
  /** How many there were. */
  readonly answers: number;
  /** Whether the last one was. */
  readonly right: boolean;
  readonly rightAtOnce: boolean;
}

/** The score of an interview; shows itself as a table. */
export class ScoreCard {
  /** Questions whose last answer was right. */
  readonly right: number;
  /** Questions whose first answer was right. */
  readonly rightAtOnce: number;
  /** Questions without an answer. */
  readonly open: number;
  /** Lessons of questions that were answered, and not right at once, in the lessons' order. */
  readonly lessonsToRead: readonly string[];

  /** @param questions in the order of drawing */
  constructor(readonly questions: readonly AnsweredQuestion[]) {
    const count = (holds: (question: AnsweredQuestion) => boolean) => questions.filter(holds).length;
    this.right = count(({ right }) => right);
    this.rightAtOnce = count(({ rightAtOnce }) => rightAtOnce);
    this.open = count(({ answers }) => answers === 0);
    const weak = questions.filter(({ answers, rightAtOnce }) => answers > 0 && !rightAtOnce);
    this.lessonsToRead = [...new Set(weak.map(({ lesson }) => lesson))].sort();
  }

  toString(): string {
    return alignedText(this.#table());
  }

  bundle(): Record<string, string> {
    return { "text/plain": String(this), "text/html": alignedHTML(this.#table()) };
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.bundle();
  }

  #table(): AlignedTable {
    const { questions, right, rightAtOnce, open, lessonsToRead } = this;
    const notes = [`${right} of ${questions.length} right, ${rightAtOnce} at once${open > 0 ? `, ${open} open` : ""}`];
    if (lessonsToRead.length > 0) notes.push(`read again: ${lessonsToRead.join(", ")}`);
    return {
      caption: "Mock interview · 模拟面试",
      columns: [
        { head: "" },
        ...["name", "lesson", "question", "面试题"].map((head) => ({ head, align: "left" as const })),
      ],
      rows: questions.map((one) => [sign(one), one.name, one.lesson, one.task, one.taskInChinese]),
      notes,
    };
  }
}

function sign({ answers, right }: AnsweredQuestion): string {
  if (answers === 0) return "?";
  return right ? "✓" : "✗";
}
