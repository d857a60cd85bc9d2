// Answers to the exercises of notebook 13.
import type { Answers } from "./answers.js";

type Change = { promote: string } | "rollback";

function wilsonLow(right: number, n: number): number {
  const [z, p] = [1.96, right / n];
  return (p + z ** 2 / (2 * n) - z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))) / (1 + z ** 2 / n);
}

export const deploymentAnswers: Record<string, Answers> = {
  passesGate: {
    right: {
      "Wilson's interval": (right: number, samples: number, least: number) =>
        samples > 0 && wilsonLow(right, samples) >= least,
      "the same, by what NaN is not": (right: number, samples: number, least: number) =>
        wilsonLow(right, samples) >= least,
    },
    wrong: {
      "the share itself": {
        answer: (right: number, samples: number, least: number) => right / samples >= least,
        says: /for 19 right of 20 and at least 0\.9 it gives true; expected false, since of so few samples/,
      },
      "the normal approximation": {
        answer: (right: number, samples: number, least: number) => {
          const p = right / samples;
          return p - 1.96 * Math.sqrt((p * (1 - p)) / samples) >= least;
        },
        says: /for 20 right of 20 and at least 0\.95 it gives true; expected false, since 20 of 20 may be luck/,
      },
      "the upper end": {
        answer: (right: number, samples: number, least: number) => 1 - wilsonLow(samples - right, samples) >= least,
        says: /for 19 right of 20 .* it gives true; expected false/,
      },
      "not below, which NaN is not": {
        answer: (right: number, samples: number, least: number) => !(wilsonLow(right, samples) < least),
        says: /for 0 right of 0 .* it gives true; expected false, since without samples nothing is known/,
      },
    },
  },

  liveAfter: {
    right: {
      "a stack": (changes: readonly Change[]) => {
        const versions: string[] = [];
        for (const change of changes)
          if (change !== "rollback") versions.push(change.promote);
          else if (versions.length > 1) versions.pop();
        return versions.at(-1);
      },
    },
    wrong: {
      "the last two in turn": {
        answer: (changes: readonly Change[]) => {
          let [before, live]: (string | undefined)[] = [];
          for (const change of changes)
            [before, live] = change === "rollback" ? [live, before ?? live] : [live, change.promote];
          return live;
        },
        says: /after promote v1, promote v2, promote v3, rollback, rollback it gives "v3"; expected "v1"/,
      },
      "one number less": {
        answer: (changes: readonly Change[]) => {
          let live: string | undefined;
          for (const change of changes)
            live = change === "rollback" ? `v${Math.max(1, Number(live?.slice(1)) - 1)}` : change.promote;
          return live;
        },
        says: /promote v3, rollback it gives "v2"; expected "v1", since it was live before v3; v2 was bad/,
      },
      "a stack that runs empty": {
        answer: (changes: readonly Change[]) => {
          const versions: string[] = [];
          for (const change of changes) {
            if (change === "rollback") versions.pop();
            else versions.push(change.promote);
          }
          return versions.at(-1);
        },
        says: /after promote v1, rollback it gives undefined; expected "v1", since nothing was live before/,
      },
      "the last promotion": {
        answer: (changes: readonly Change[]) =>
          changes.reduce<string | undefined>(
            (live, change) => (change === "rollback" ? live : change.promote),
            undefined,
          ),
        says: /after promote v1, promote v2, rollback it gives "v2"; expected "v1"/,
      },
    },
  },
};
