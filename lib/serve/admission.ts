// How much a server takes on: inputs that are not answered yet, and bytes of bodies that are not read yet, are bounded, so that more load
// means refusals and not more memory. Used by http-app.ts and predict-route.ts.
import { Overload, RequestFailure } from "./request-failure.js";

export interface AdmissionLimits {
  /** Inputs that were accepted and not answered. */
  readonly queue: number;
  /** Bytes of the bodies of these. */
  readonly memory: number;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  #inputs = 0;
  #arrived = 0;
  #bytes = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Inputs that were accepted and not answered yet; a request whose body is still on its way is one. */
  get inputs(): number {
    return this.#inputs;
  }

  /** Inputs that are still read or decoded: they may join a batch soon. */
  get expected(): number {
    return this.#inputs - this.#arrived;
  }

  /**
   * @param bytes of the body, or the most that it may have
   * @throws Overload when there is no room
   */
  enter(bytes: number): Ticket {
    const { queue, memory } = this.#limits;
    if (this.#inputs >= queue) throw new Overload("queue", "request", `at most ${queue} inputs at once`, "more");
    if (this.#bytes + bytes > memory)
      throw new Overload("memory", "request", `at most ${memory} bytes of requests at once`, this.#bytes + bytes);
    this.#inputs++;
    this.#bytes += bytes;
    let inputs = 1;
    let [hasArrived, isOver] = [false, false];
    return {
      take: (count) => {
        if (count > queue) throw new RequestFailure(413, "inputs", `at most ${queue} inputs a request`, count);
        if (this.#inputs + count - inputs > queue)
          throw new Overload("queue", "request", `at most ${queue} inputs at once`, this.#inputs + count - inputs);
        this.#inputs += count - inputs;
        inputs = count;
      },
      arrive: () => {
        hasArrived = true;
        this.#arrived += inputs;
      },
      leave: () => {
        if (isOver) return;
        isOver = true;
        if (hasArrived) this.#arrived -= inputs;
        this.#inputs -= inputs;
        this.#bytes -= bytes;
      },
    };
  }
}

export interface Ticket {
  /**
   * Says how many inputs the request brought.
   * @throws Overload when there is no room for them, RequestFailure when there never is
   */
  take(count: number): void;
  /** Says that all inputs now wait for the model; once. */
  arrive(): void;
  /** Gives the room back; once. */
  leave(): void;
}
