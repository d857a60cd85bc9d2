// Answers to the exercises of notebook 09.
import type { Answers } from "./answers.js";

interface Candidate {
  readonly name: string;
  readonly kilobytes: number;
  readonly accuracy: number;
}

const largest = (values: number[]) => Math.max(...values.map(Math.abs));
const scaled = (values: number[], scale: number) => ({
  scale,
  values: values.map((value) => Math.round(value / scale)),
});
const unbeaten = (candidates: Candidate[], beats: (a: Candidate, b: Candidate) => boolean) =>
  candidates.filter((one) => !candidates.some((other) => other !== one && beats(other, one))).map(({ name }) => name);

export const compressionAnswers: Record<string, Answers> = {
  quantizeInt8: {
    right: {
      "the largest |weight| as 127": (values: number[]) => scaled(values, largest(values) / 127 || 1),
      "typed arrays": (values: number[]) => {
        const scale = largest(values) / 127 || 1;
        return { scale, values: Int8Array.from(values, (value) => Math.round(value / scale)) };
      },
    },
    wrong: {
      "the largest weight, without its sign": {
        answer: (values: number[]) => scaled(values, Math.max(...values) / 127 || 1),
        says: /one number is -323; expected whole numbers from −127 to 127, since the largest \|weight\| may be a negative one/,
      },
      "a fixed scale": {
        answer: (values: number[]) => scaled(values, 0.02),
        says: /weights \[1\.27, -0\.508, 0\.017\] 1\.27 comes back as 1\.28; expected it within 0\.005, half of 0\.01/,
      },
      "cutting instead of rounding": {
        answer: (values: number[]) => {
          const scale = largest(values) / 127 || 1;
          return { scale, values: values.map((value) => Math.floor(value / scale)) };
        },
        says: /0\.017 comes back as 0\.01; expected it within 0\.005/,
      },
      "weights that are not rounded": {
        answer: (values: number[]) => {
          const scale = largest(values) / 127 || 1;
          return { scale, values: values.map((value) => value / scale) };
        },
        says: /expected whole numbers/,
      },
      "a scale of 0": {
        answer: (values: number[]) => ({ ...scaled(values, largest(values) / 127 || 1), scale: largest(values) / 127 }),
        says: /\[0, 0, 0\] the scale is 0; expected a number above 0/,
      },
      "one number": { answer: () => ({ scale: 1, values: [1] }), says: /it gives 1 numbers; expected 3/ },
    },
  },

  frontier: {
    right: {
      "who is not beaten": (candidates: Candidate[]) =>
        unbeaten(
          candidates,
          (a, b) =>
            a.kilobytes <= b.kilobytes &&
            a.accuracy >= b.accuracy &&
            (a.kilobytes < b.kilobytes || a.accuracy > b.accuracy),
        ),
    },
    wrong: {
      "only the most accurate": {
        answer: (candidates: Candidate[]) => {
          const best = Math.max(...candidates.map(({ accuracy }) => accuracy));
          return candidates.filter(({ accuracy }) => accuracy === best).map(({ name }) => name);
        },
        says: /names \["float"\]; expected \["float", "int8"\]/,
      },
      "beaten only by what is better in both": {
        answer: (candidates: Candidate[]) =>
          unbeaten(candidates, (a, b) => a.kilobytes < b.kilobytes && a.accuracy > b.accuracy),
        says: /names \["a", "b", "c"\]; expected \["a"\], since a is as accurate as b and smaller/,
      },
      "equal ones beat each other": {
        answer: (candidates: Candidate[]) =>
          unbeaten(candidates, (a, b) => a.kilobytes <= b.kilobytes && a.accuracy >= b.accuracy),
        says: /names \["c"\]; expected \["a", "b", "c"\], since neither of two that are equal/,
      },
      everybody: {
        answer: (candidates: Candidate[]) => candidates.map(({ name }) => name),
        says: /names \["float", "int8", "pruned"\]/,
      },
    },
  },
};
