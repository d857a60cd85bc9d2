// The fuzz table's exercises: an answer that is wrong, or no function at all, is judged and not thrown.
import type { Subject } from "../subject.js";

const f1 = (found: number, falseAlarms: number, missed: number) => found / (found + (falseAlarms + missed) / 2);

export const teaching: readonly Subject[] = [
  { name: "ml.teaching.check", args: () => ["f1FromCounts", f1] },
  { name: "ml.teaching.interview", args: () => [{ seed: 3, questions: 5 }] },
];
