// Exercises of notebook 13, Automated deployment.
import { show } from "../../engine/invalid.js";
import { exercise } from "../exercise.js";

const gates: { counts: [right: number, samples: number, least: number]; expected: boolean; because: string }[] = [
  { counts: [970, 1000, 0.95], expected: true, because: "the interval begins at 0.9575" },
  { counts: [900, 1000, 0.95], expected: false, because: "the share itself is too small" },
  { counts: [19, 20, 0.9], expected: false, because: "of so few samples the interval begins at 0.7639" },
  {
    counts: [20, 20, 0.95],
    expected: false,
    because: "20 of 20 may be luck: Wilson's interval begins at 0.8389, where the normal approximation has no width",
  },
  { counts: [1000, 1000, 0.99], expected: true, because: "the interval begins at 0.9962" },
  { counts: [0, 0, 0.5], expected: false, because: "without samples nothing is known" },
];

/** A version that goes live, or a step back. */
export type LiveChange = { promote: string } | "rollback";

const [v1, v2, v3] = ["v1", "v2", "v3"].map((promote) => ({ promote })) as [LiveChange, LiveChange, LiveChange];

const histories: { changes: LiveChange[]; expected: string | undefined; because: string }[] = [
  { changes: [v1, v2], expected: "v2", because: "it was promoted last" },
  { changes: [v1, v2, "rollback"], expected: "v1", because: "it was live before v2" },
  {
    changes: [v1, v2, v3, "rollback", "rollback"],
    expected: "v1",
    because: "the second rollback goes one further, not back to the version that was just left",
  },
  {
    changes: [v1, v2, "rollback", v3, "rollback"],
    expected: "v1",
    because: "it was live before v3; v2 was bad, whatever its number",
  },
  { changes: [v1, "rollback"], expected: "v1", because: "nothing was live before, and something must answer" },
  { changes: [], expected: undefined, because: "nothing was promoted" },
];

export const deploymentExercises = {
  passesGate: exercise<(right: number, samples: number, least: number) => boolean>({
    lesson: "13-automated-deployment",
    task: "Decide whether a model passes the gate: right answers of so many samples, and the least accuracy. The lower end of Wilson's 95 % interval must reach it: low = (p + z²/2n − z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.96. Without samples it does not pass.",
    taskInChinese:
      "判断模型能否通过门禁：给出正确个数、样本数和最低准确率，要求 Wilson 95 % 置信区间的下限达到最低准确率：low = (p + z²/2n − z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)，z = 1.96。没有样本则不通过。",
    problemOf(answer) {
      for (const { counts, expected, because } of gates) {
        const found = answer(...counts);
        const [right, samples, least] = counts;
        if (found !== expected)
          return `for ${right} right of ${samples} and at least ${least} it gives ${show(found)}; expected ${expected}, since ${because}`;
      }
      return undefined;
    },
  }),

  liveAfter: exercise<(changes: LiveChange[]) => string | undefined>({
    lesson: "13-automated-deployment",
    task: "Say which version is live after promotions and rollbacks, in their order. A rollback goes back to what was live before; with nothing before, it changes nothing.",
    taskInChinese: "依次给出若干次发布与回滚，说出最后线上的版本。回滚回到之前线上的版本；若之前没有版本，则不变。",
    problemOf(answer) {
      for (const { changes, expected, because } of histories) {
        const found = answer(structuredClone(changes));
        const told = changes.map((change) => (change === "rollback" ? change : `promote ${change.promote}`)).join(", ");
        if (found !== expected)
          return `after ${told || "nothing"} it gives ${show(found)}; expected ${show(expected)}, since ${because}`;
      }
      return undefined;
    },
  }),
};
