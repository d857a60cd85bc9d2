// A tfjs variable whose newest value may lie in onnxruntime's memory. Compiled steps read and write the mirror; whoever looks at the
// variable itself (any kernel, a callback, saving) gets the newest value fetched first, and what is assigned to it goes to the mirror before
// the next step. Made by training-state.ts.
import * as tf from "@tensorflow/tfjs";
import { inverse, rearrange } from "./axis-order.js";
import { elementType, identity, sameOrder } from "./emitter.js";
import { sizeOf } from "./graph.js";
import { loadRuntime, type RuntimeTensor, runtimeTensor } from "./onnxruntime.js";
import type { Numbers } from "./recording.js";

type Runtime = Awaited<ReturnType<typeof loadRuntime>>;

function allocate(dtype: tf.DataType, size: number): Numbers {
  if (dtype === "float32") return new Float32Array(size);
  return dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
}

interface Side {
  readonly elements: Numbers;
  readonly tensor: RuntimeTensor;
}

export class MirroredVariable {
  private current: Side;
  private spare: Side;
  private id: object;
  /** The variable was assigned since the mirror was last filled. */
  private mirrorIsOld = true;
  /** The mirror was advanced since the variable was last filled. */
  private variableIsOld = false;
  private users = 0;

  private static readonly known = new WeakMap<tf.Variable, MirroredVariable>();

  /** The variable's mirror, made at the first call; an existing one keeps the order in which it is stored. */
  static async of(variable: tf.Variable, order: readonly number[]): Promise<MirroredVariable> {
    const runtime = await loadRuntime();
    const mirror = MirroredVariable.known.get(variable) ?? new MirroredVariable(runtime, variable, order);
    MirroredVariable.known.set(variable, mirror);
    mirror.users++;
    return mirror;
  }

  /** The order in which a variable is mirrored already, if it is. */
  static orderOf(variable: tf.Variable): readonly number[] | undefined {
    return MirroredVariable.known.get(variable)?.order;
  }

  /** Brings the variable up to date if it is mirrored. */
  static sync(variable: tf.Variable): void {
    MirroredVariable.known.get(variable)?.sync();
  }

  private constructor(
    runtime: Runtime,
    readonly variable: tf.Variable,
    readonly order: readonly number[],
  ) {
    const shape = order.map((axis) => variable.shape[axis] ?? 1);
    const side = (): Side => {
      const elements = allocate(variable.dtype, sizeOf(shape));
      return { elements, tensor: runtimeTensor(runtime, elementType(variable.dtype), elements, shape) };
    };
    this.current = side();
    this.spare = side();
    this.id = variable.dataId;
    this.intercept();
  }

  /** Makes `dataId`, through which tfjs reaches a tensor's data, fetch the newest value; see the head of the file. */
  private intercept(): void {
    Object.defineProperty(this.variable, "dataId", {
      configurable: true,
      enumerable: true,
      get: () => {
        this.sync();
        return this.id;
      },
      set: (id: object) => {
        this.id = id;
        this.mirrorIsOld = true;
        this.variableIsOld = false;
      },
    });
  }

  /** The newest value, for a graph to read. */
  value(): RuntimeTensor {
    if (this.mirrorIsOld) {
      const elements = this.variable.dataSync<"float32" | "int32" | "bool">();
      const { shape } = this.variable;
      if (sameOrder(this.order, identity(shape.length))) this.current.elements.set(elements);
      else rearrange(elements, shape, this.order, this.current.elements);
      this.mirrorIsOld = false;
    }
    return this.current.tensor;
  }

  /** Where a graph may write the next value; nothing changes until `advance`. */
  next(): RuntimeTensor {
    return this.spare.tensor;
  }

  /** The graph ran: what it wrote is the value now. */
  advance(): void {
    [this.current, this.spare] = [this.spare, this.current];
    this.variableIsOld = true;
  }

  /** Brings the newest value into the variable. */
  sync(): void {
    if (!this.variableIsOld) return;
    this.variableIsOld = false;
    const { shape, dtype } = this.variable;
    const elements = allocate(dtype, this.current.elements.length);
    const stored = this.order.map((axis) => shape[axis] ?? 1);
    rearrange(this.current.elements, stored, inverse(this.order), elements);
    const fresh = tf.tensor(elements, shape, dtype);
    this.variable.assign(fresh);
    fresh.dispose();
    this.mirrorIsOld = false;
  }

  /** One user less; the last one leaves the variable as tfjs made it. */
  release(): void {
    this.users--;
    if (this.users > 0 || this.variable.isDisposed) return;
    this.sync();
    MirroredVariable.known.delete(this.variable);
    Object.defineProperty(this.variable, "dataId", {
      configurable: true,
      enumerable: true,
      writable: true,
      value: this.id,
    });
  }
}
