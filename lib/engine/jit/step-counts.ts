// How far a step has come: updates, batches, and what is collected for the next update; with the optimizer's slots, what a checkpoint keeps
// of it. Used by stepper.ts.
import * as tf from "@tensorflow/tfjs";
import type { StepState } from "./compile.js";
import { collecting } from "./eager-step.js";
import type { OptimizerSlots } from "./optimizer-slots.js";
import type { Numbers } from "./recording.js";

const gradientSum = "gradientSum";

const nothing = { batches: 0, samples: 0 } as const;

export class StepCounts {
  /** Updates so far. */
  steps = 0;
  batches = 0;
  private collected: { readonly batches: number; readonly samples: number } = nothing;

  /** @param batchesPerUpdate how many batches make one update */
  constructor(readonly batchesPerUpdate: number) {}

  get isCollecting(): boolean {
    return this.collected.batches > 0;
  }

  /** Whether the collected batches make an update. */
  get isFull(): boolean {
    return this.collected.batches === this.batchesPerUpdate;
  }

  /** A batch that was an update by itself. */
  countUpdate(): void {
    this.steps++;
    this.batches++;
  }

  /** A batch whose gradients joined the sums. */
  countBatch(samples: number): void {
    this.batches++;
    this.collected = { batches: this.collected.batches + 1, samples: this.collected.samples + samples };
  }

  /** The update of what was collected. */
  countApplied(): void {
    this.steps++;
    this.collected = nothing;
  }

  /** What the next step's arithmetic takes of this. */
  numbers(samples: number): Record<string, number> {
    const step = { step: this.steps + 1 };
    if (this.batchesPerUpdate === 1) return step;
    return {
      ...step,
      [collecting.carry]: this.isCollecting ? 1 : 0,
      [collecting.weight]: samples,
      [collecting.total]: this.collected.samples,
    };
  }

  save(own: OptimizerSlots): StepState {
    const { steps, batches, collected, isCollecting } = this;
    const slots: Record<string, { shape: number[]; values: Numbers }[]> = {};
    for (const [name, variables] of Object.entries(slotsOf(own, isCollecting)))
      slots[name] = variables.map((variable) => ({
        shape: [...variable.shape],
        values: variable.dataSync<"float32" | "int32" | "bool">().slice(),
      }));
    return { steps, ...(batches === steps ? {} : { batches }), ...(isCollecting ? { collected } : {}), slots };
  }

  /** @throws unless the slots have the state's shapes; nothing has changed then. */
  restore(own: OptimizerSlots, state: StepState): void {
    const collected = this.batchesPerUpdate > 1 ? state.collected : undefined;
    const slots = slotsOf(own, collected !== undefined);
    for (const [name, mine] of Object.entries(slots)) checkSlot(name, mine, state);
    for (const [name, mine] of Object.entries(slots))
      for (const [i, variable] of mine.entries()) {
        const { shape, values } = state.slots[name]?.[i] ?? { shape: [], values: new Float32Array() };
        tf.tidy(() => variable.assign(tf.tensor(values, [...shape], variable.dtype)));
      }
    this.steps = state.steps;
    this.batches = state.batches ?? state.steps;
    this.collected = collected ? { ...collected } : nothing;
  }
}

function slotsOf(own: OptimizerSlots, withSums: boolean): Readonly<Record<string, readonly tf.Variable[]>> {
  return { ...own.state, ...(withSums ? { [gradientSum]: own.sums } : {}) };
}

function checkSlot(name: string, mine: readonly tf.Variable[], state: StepState): void {
  const given = state.slots[name];
  if (given === undefined || given.length !== mine.length)
    throw new Error(`invalid state; expected ${mine.length} tensors in slot ${name}: ${given?.length ?? "none"}`);
  for (const [i, variable] of mine.entries()) {
    const shape = given[i]?.shape ?? [];
    if (shape.join() !== variable.shape.join())
      throw new Error(`invalid state; expected shape [${variable.shape.join()}] in slot ${name}: [${shape.join()}]`);
  }
}
