// The runs of cells that may still have something to say, by id: late output of a timer finds its cell here. Bounded; the
// oldest are forgotten. Owned by Session.
import type { CellId } from "../ipc/cell-messages.js";
import type { Message } from "../protocol/message.js";
import { Cell, type CellOptions } from "./cell.js";
import { OutputFolder } from "./output-file.js";
import { OutputGate } from "./output-gate.js";
import type { Publisher } from "./publisher.js";

const rememberedCells = 2_000;
const rememberedComms = 500;

export class Cells {
  /** Executed cells and the runs that comm messages cause are bounded apart: a busy widget must not crowd out cells. */
  readonly #executed = new Map<CellId, Cell>();
  readonly #comms = new Map<CellId, Cell>();
  readonly #folder = new OutputFolder();
  readonly #gate = new OutputGate();
  #latest: Cell | undefined;

  constructor(readonly publisher: Publisher) {}

  open(options: CellOptions): Cell {
    const cell = this.#remember(this.#executed, options, rememberedCells);
    this.#latest = cell;
    return cell;
  }

  /** What the handlers of a comm message print belongs to that message. */
  openComm(request: Message): Cell {
    const options = { request, silent: false, allowStdin: false, count: this.#latest?.count ?? 0 };
    return this.#remember(this.#comms, options, rememberedComms);
  }

  /** The cell of that id, or the latest where it is long forgotten. */
  find(id: CellId): Cell | undefined {
    return this.#executed.get(id) ?? this.#comms.get(id) ?? this.#latest;
  }

  /** The cell that runs or ran last: who gets what names no cell. */
  get latest(): Cell | undefined {
    return this.#latest;
  }

  close(): void {
    for (const cell of [...this.#executed.values(), ...this.#comms.values()]) cell.release();
    this.#folder.close();
  }

  #remember(cells: Map<CellId, Cell>, options: CellOptions, limit: number): Cell {
    const cell = new Cell(options, this.publisher, this.#folder, this.#gate);
    cells.get(cell.id)?.release();
    cells.delete(cell.id);
    cells.set(cell.id, cell);
    for (const [id, oldest] of cells) {
      if (cells.size <= limit) break;
      oldest.release();
      cells.delete(id);
    }
    return cell;
  }
}
