// All schedules against PyTorch's own (test/fixtures/schedules/make.py), and what they refuse.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import * as schedules from "../../../lib/schedules/index.js";

interface Fixture {
  formulas: {
    name: string;
    options: object;
    parts?: [string, object][];
    milestones?: number[];
    learningRate: number;
    rates: number[];
  }[];
  plateaus: { options: schedules.ReduceOnPlateauOptions; learningRate: number; values: number[]; rates: number[] }[];
}

const path = new URL("../../../../test/fixtures/schedules/schedules.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;

type Maker = (options: object) => schedules.Schedule;
const makers = schedules as unknown as Record<string, Maker>;

function make(name: string, options: object): schedules.Schedule {
  const maker = makers[name];
  assert.ok(maker, `no schedule ${name}`);
  return maker(options);
}

function assertClose(actual: number, expected: number, what: string): void {
  const tolerance = 1e-9 * Math.abs(expected) + 1e-14;
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`);
}

describe("schedules", () => {
  for (const name of new Set(fixture.formulas.map((one) => one.name))) {
    it(`${name}: the rates of PyTorch`, () => {
      const cases = fixture.formulas.filter((one) => one.name === name);
      assert.ok(cases.length >= 12);
      for (const { options, parts = [], milestones = [], learningRate, rates } of cases) {
        const made = parts.map(([part, partOptions]) => make(part, partOptions));
        const schedule =
          name === "chain"
            ? schedules.chain(made)
            : name === "sequential"
              ? schedules.sequential(made, { milestones })
              : make(name, options);
        rates.forEach((expected, count) => {
          const what = `${name} ${JSON.stringify(options ?? parts)} at ${count}`;
          assertClose(schedule(count, learningRate), expected, what);
        });
      }
    });
  }

  it("reduceOnPlateau: the rates of PyTorch, its state through JSON at every epoch", () => {
    for (const { options, learningRate, values, rates } of fixture.plateaus) {
      const schedule = schedules.reduceOnPlateau(options);
      let state = schedule.initial(learningRate);
      values.forEach((value, epoch) => {
        state = schedule.update(JSON.parse(JSON.stringify(state)) as schedules.PlateauState, value);
        assertClose(state.learningRate, rates[epoch] ?? Number.NaN, `${JSON.stringify(options)} after ${epoch}`);
      });
    }
  });

  it("says what it counts", () => {
    assert.equal(schedules.stepLR({ stepSize: 30 }).by, "epoch");
    assert.equal(schedules.stepLR({ stepSize: 30, by: "step" }).by, "step");
    assert.equal(schedules.cosine({ epochs: 5 }).by, "epoch");
    assert.equal(schedules.oneCycle({ steps: 5, maxLearningRate: 1 }).by, "step");
    assert.equal(schedules.constant().by, "epoch");
    assert.equal(schedules.constant({ by: "step" }).by, "step");
    assert.equal(schedules.chain([schedules.warmup({ steps: 5 }), schedules.cosine({ steps: 9 })]).by, "step");
    assert.equal(schedules.reduceOnPlateau().by, "epoch");
  });

  it("gives the factor when no learning rate is given", () => {
    assert.equal(schedules.constant()(100), 1);
    assert.equal(schedules.stepLR({ stepSize: 2, gamma: 0.5 })(5), 0.25);
  });

  it("oneCycle stays at its final rate", () => {
    const schedule = schedules.oneCycle({ steps: 10, maxLearningRate: 1, divFactor: 10, finalDivFactor: 100 });
    assertClose(schedule(9), 0.001, "the last step");
    assert.equal(schedule(10), schedule(9));
    assert.equal(schedule(1e9), schedule(9));
    assertClose(schedules.oneCycle({ steps: 4, maxLearningRate: 1, pctStart: 0.25 })(0), 1, "no way up");
    assert.ok(Number.isFinite(schedules.oneCycle({ steps: 1, maxLearningRate: 1 })(0)));
  });

  it("refuses what makes no sense, by name", () => {
    const wrong: [() => unknown, RegExp][] = [
      [() => schedules.stepLR({ stepSize: 0 }), /^invalid stepSize; expected a whole number, at least 1: 0$/],
      [() => schedules.stepLR({ stepSize: 2, gamma: -1 }), /^invalid gamma; expected a finite number above 0: -1$/],
      [() => schedules.stepLR({ stepSize: 2, by: "batch" as "step" }), /^invalid by; /],
      [() => schedules.multiStepLR({ milestones: [5, 3] }), /^invalid milestones\[1\]; .*: 3$/],
      [() => schedules.multiStepLR({ milestones: 5 as unknown as number[] }), /^invalid milestones; /],
      [() => schedules.exponentialLR({ gamma: Number.NaN }), /^invalid gamma; /],
      [() => schedules.cosine({} as { epochs: number }), /^invalid length; expected one of { epochs } and { steps }: /],
      [() => schedules.cosine({ epochs: 3, steps: 4 } as unknown as { epochs: number }), /^invalid length; /],
      [() => schedules.cosine({ epochs: 2.5 }), /^invalid epochs; /],
      [() => schedules.cosine({ epochs: 2, lengthMultiplier: 2 }), /^invalid lengthMultiplier; expected 1 without/],
      [() => schedules.warmup({ steps: 5, startFactor: -1 }), /^invalid startFactor; /],
      [() => schedules.oneCycle({ steps: 5, maxLearningRate: 0 }), /^invalid maxLearningRate; /],
      [() => schedules.oneCycle({ steps: 5, maxLearningRate: 1, pctStart: 2 }), /^invalid pctStart; /],
      [
        () => schedules.oneCycle({ steps: 5, maxLearningRate: 1, annealing: "cos" as "linear" }),
        /^invalid annealing; /,
      ],
      [() => schedules.polynomial({ epochs: 5, power: 0 }), /^invalid power; /],
      [() => schedules.chain([]), /^invalid schedules; /],
      [() => schedules.chain([0.1] as unknown as schedules.Schedule[]), /^invalid schedules; /],
      [
        () => schedules.chain([schedules.warmup({ steps: 5 }), schedules.stepLR({ stepSize: 5 })]),
        /^invalid schedules; /,
      ],
      [() => schedules.sequential([schedules.constant()], { milestones: [3] }), /^invalid milestones; expected 0 /],
      [() => schedules.constant()(-1), /^invalid count; /],
      [() => schedules.constant()(1, Number.NaN), /^invalid learningRate; /],
      [() => schedules.reduceOnPlateau({ factor: 1 }), /^invalid factor; expected a number in \[0, 1\): 1$/],
      [() => schedules.reduceOnPlateau({ mode: "lowest" as "min" }), /^invalid mode; /],
      [
        () => schedules.reduceOnPlateau().update({ learningRate: 1, best: 1, badEpochs: 0, cooldown: 0 }, Number.NaN),
        /^invalid valLoss; /,
      ],
    ];
    for (const [call, message] of wrong) assert.throws(call, { message });
  });

  it("any options: a finite rate, at least 0, or an error that says why", () => {
    const number = fc.oneof(fc.double(), fc.integer({ min: -3, max: 50 }), fc.constantFrom(0, 0.5, 1, 2));
    const options = fc.record(
      {
        epochs: number,
        steps: number,
        stepSize: number,
        gamma: fc.double({ min: -0.5, max: 1 }),
        milestones: fc.array(fc.integer({ min: -1, max: 60 }), { maxLength: 4 }),
        factor: number,
        minLearningRate: number,
        restarts: fc.boolean(),
        lengthMultiplier: number,
        maxLearningRate: number,
        pctStart: number,
        power: number,
      },
      { requiredKeys: [] },
    );
    const names = ["constant", "stepLR", "multiStepLR", "exponentialLR", "cosine", "warmup", "oneCycle", "polynomial"];
    const property = fc.property(
      fc.constantFrom(...names),
      options,
      fc.nat(1000),
      number,
      (name, opts, count, rate) => {
        try {
          const result = make(name, opts)(count, rate);
          assert.ok(Number.isFinite(result) && result >= 0, `${name} gave ${result}`);
        } catch (error) {
          assert.match((error as Error).message, /^invalid [\w ]+(\[\d+\])?; expected /);
        }
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });
});
