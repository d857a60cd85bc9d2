// Answers to the exercises of notebook 08.
import type { Answers } from "./answers.js";

type Shape = readonly [height: number, width: number, inputs: number, outputs: number];

/** Writes what stands at [row, column, input, output] to where `place` says. */
function moved(values: number[], [height, width, inputs, outputs]: Shape, place: (at: Shape) => number): number[] {
  const result: number[] = new Array(values.length).fill(0);
  values.forEach((value, i) => {
    const [output, input] = [i % outputs, Math.floor(i / outputs) % inputs];
    const column = Math.floor(i / (outputs * inputs)) % width;
    const row = Math.floor(i / (outputs * inputs * width)) % height;
    result[place([row, column, input, output])] = value;
  });
  return result;
}

const largest = (expected: number[], found: number[], of: (e: number, f: number) => number) =>
  Math.max(0, ...expected.map((value, i) => of(value, found[i] ?? Number.NaN)));

export const exportAnswers: Record<string, Answers> = {
  largestDifference: {
    right: {
      "what can't be compared first": (expected: number[], found: number[]) => {
        if (found.length !== expected.length || [...expected, ...found].some(Number.isNaN)) return Infinity;
        return largest(expected, found, (e, f) => Math.abs(f - e) / Math.max(1, Math.abs(e)));
      },
    },
    wrong: {
      "a loop that NaN slips through": {
        answer: (expected: number[], found: number[]) => {
          let worst = 0;
          expected.forEach((value, i) => {
            const difference = Math.abs((found[i] ?? 0) - value) / Math.max(1, Math.abs(value));
            if (difference > worst) worst = difference;
          });
          return worst;
        },
        says: /\[1, NaN, 3\] it gives 0; expected Infinity, since a file that answers NaN must not pass/,
      },
      "NaN as the difference": {
        answer: (expected: number[], found: number[]) =>
          largest(expected, found, (e, f) => Math.abs(f - e) / Math.max(1, Math.abs(e))),
        says: /it gives NaN; expected Infinity/,
      },
      "signed differences": {
        answer: (expected: number[], found: number[]) =>
          largest(expected, found, (e, f) => (f - e) / Math.max(1, Math.abs(e))),
        says: /\[0\.25, -0\.5\] it gives 0; expected 0\.25, since a difference counts in either direction/,
      },
      "absolute differences": {
        answer: (expected: number[], found: number[]) => largest(expected, found, (e, f) => Math.abs(f - e)),
        says: /\[1001, 1\] it gives 1; expected 0\.001/,
      },
      "relative to small answers": {
        answer: (expected: number[], found: number[]) => largest(expected, found, (e, f) => Math.abs((f - e) / e)),
        says: /it gives 0\.5; expected 0\.25, since small answers are compared as they are/,
      },
      "only as many as there are": {
        answer: (expected: number[], found: number[]) => {
          if (found.some(Number.isNaN)) return Infinity;
          return Math.max(
            0,
            ...found.map((f, i) => Math.abs(f - (expected[i] ?? f)) / Math.max(1, Math.abs(expected[i] ?? f))),
          );
        },
        says: /\[1, 2\] it gives 0; expected Infinity, since a missing answer/,
      },
    },
  },

  torchKernel: {
    right: {
      "four loops in one": (values: number[], shape: Shape) =>
        moved(
          values,
          shape,
          ([row, column, input, output]) => ((output * shape[2] + input) * shape[0] + row) * shape[1] + column,
        ),
    },
    wrong: {
      "the same list": {
        answer: (values: number[]) => values,
        says: /of shape \[1, 1, 2, 3\], number 1 is 1; expected 3, the weight of output 0, input 1, row 0, column 0/,
      },
      "all axes reversed": {
        answer: (values: number[], shape: Shape) =>
          moved(
            values,
            shape,
            ([row, column, input, output]) => ((output * shape[2] + input) * shape[1] + column) * shape[0] + row,
          ),
        says: /of shape \[2, 3, 1, 1\], number 1 is 3; expected 1/,
      },
      "inputs before outputs": {
        answer: (values: number[], shape: Shape) =>
          moved(
            values,
            shape,
            ([row, column, input, output]) => ((input * shape[3] + output) * shape[0] + row) * shape[1] + column,
          ),
        says: /of shape \[1, 1, 2, 3\], number 1 is 1; expected 3/,
      },
      "too few numbers": { answer: () => [0, 3], says: /it gives \[0, 3\]; expected 6 numbers/ },
    },
  },
};
