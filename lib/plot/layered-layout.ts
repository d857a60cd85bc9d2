// Places for the boxes of a graph whose edges all lead down: as Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of
// Hierarchical System Structures", 1981. Rows by the longest way from the top, an order in each row that crosses few edges,
// places below what a box is fed by. Edges over several rows have a bend in each.

export interface LayeredLayout {
  /** One a node: its row from the top, and where its middle is across, in widths of a box, from 0. */
  readonly places: readonly { readonly row: number; readonly x: number }[];
  /** One an edge, from top to bottom: the node it leaves, its bends, the node it enters. */
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly bends: readonly { readonly row: number; readonly x: number }[];
  }[];
  readonly rows: number;
  /** Widths of a box. */
  readonly width: number;
}

/** What stands in a row: a node, or the bend of an edge. */
interface Item {
  readonly row: number;
  readonly width: number;
  readonly above: Item[];
  readonly below: Item[];
  x: number;
}

/** Widths of a box, and of the room around a passing edge. */
const [boxWidth, bendWidth] = [1.15, 0.25];
const sweeps = 8;

/** @param sources of each node, the nodes that feed it: their places in the list, before its own */
export function layeredLayout(sources: readonly (readonly number[])[]): LayeredLayout {
  const rowOf: number[] = [];
  for (const from of sources) rowOf.push(Math.max(-1, ...from.map((source) => rowOf[source] ?? 0)) + 1);
  const item = (row: number, width: number): Item => ({ row, width, above: [], below: [], x: 0 });
  const nodes = rowOf.map((row) => item(row, boxWidth));
  const chains = sources.flatMap((from, to) => from.map((source) => ({ from: source, to, bends: [] as Item[] })));
  for (const { from, to, bends } of chains) {
    const [start, end] = [nodes[from], nodes[to]];
    if (!start || !end) continue;
    for (let row = start.row + 1; row < end.row; row++) bends.push(item(row, bendWidth));
    const way = [start, ...bends, end];
    way.slice(1).forEach((next, i) => {
      const last = way[i];
      if (last) link(last, next);
    });
  }
  const rows: Item[][] = Array.from({ length: Math.max(-1, ...rowOf) + 1 }, () => []);
  for (const one of [...nodes, ...chains.flatMap(({ bends }) => bends)]) rows[one.row]?.push(one);
  arrange(rows);
  const left = Math.min(...rows.flat().map(({ x, width }) => x - width / 2));
  const right = Math.max(...rows.flat().map(({ x, width }) => x + width / 2));
  const place = ({ row, x }: Item) => ({ row, x: x - left });
  return {
    places: nodes.map(place),
    edges: chains.map(({ from, to, bends }) => ({ from, to, bends: bends.map(place) })),
    rows: rows.length,
    width: right - left,
  };
}

function link(upper: Item, lower: Item): void {
  upper.below.push(lower);
  lower.above.push(upper);
}

function arrange(rows: Item[][]): void {
  for (const row of rows) spread(row);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const wanted = new Map(row.map((item) => [item, middle(isDown ? item.above : item.below, item.x)]));
      row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      for (const item of row) item.x = wanted.get(item) ?? 0;
      spread(row);
    }
  }
}

function middle(items: readonly Item[], otherwise: number): number {
  return items.length ? items.reduce((sum, { x }) => sum + x, 0) / items.length : otherwise;
}

/** Side by side without overlap, in order, and on the whole where they wanted to be. */
function spread(row: readonly Item[]): void {
  const before = row.map(({ x }) => x);
  row.forEach((item, i) => {
    const last = row[i - 1];
    if (last) item.x = Math.max(item.x, last.x + (last.width + item.width) / 2);
  });
  const moved = row.reduce((sum, { x }, i) => sum + x - (before[i] ?? 0), 0) / (row.length || 1);
  for (const item of row) item.x -= moved;
}
