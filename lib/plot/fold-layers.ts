// A deep model's layers as few nodes: what always follows each other becomes one node, then whole blocks do. Used by the model
// graph, which draws a node a box.

/** A layer as `ml.summary` tells it, in the order in which layers run. */
export interface GraphLayer {
  readonly name: string;
  /** The class: "Conv2D". */
  readonly type: string;
  /** [batch, …] each; null where a size is open. */
  readonly outputShapes: readonly (readonly (number | null)[])[];
  readonly parameters: number;
  /** Names of the layers whose outputs it takes. */
  readonly from: readonly string[];
  /** Of a nested model. */
  readonly layers?: readonly GraphLayer[];
}

/** Some layers that are drawn as one. */
export interface GraphNode {
  /** At least one, in the order in which they run; the last one's output is the node's. */
  readonly layers: readonly GraphLayer[];
  /** The nodes whose outputs it takes: their places in the list, all before its own. */
  readonly from: readonly number[];
}

/** One node a layer, with at most `most` nodes where there are more layers. */
export function foldLayers(layers: readonly GraphLayer[], most: number): GraphNode[] {
  let nodes = nodesOf(layers);
  for (const fold of [chains, blocks, evenly(most)]) if (nodes.length > most) nodes = merged(nodes, fold(nodes));
  return nodes;
}

function nodesOf(layers: readonly GraphLayer[]): GraphNode[] {
  const places = new Map<string, number>();
  return layers.map((layer, place) => {
    // Of a layer that is called several times, the latest call.
    const from = layer.from.flatMap((name) => places.get(name) ?? []);
    places.set(layer.name, place);
    return { layers: [layer], from };
  });
}

/** Which group each node goes to, counted from 0 in order. */
type Grouping = number[];

/** Convolution, normalisation, activation: what follows each other without a branch, up to the next layer that multiplies. */
function chains(nodes: readonly GraphNode[]): Grouping {
  const uses = nodes.map(() => 0);
  for (const { from } of nodes) for (const place of from) uses[place] = (uses[place] ?? 0) + 1;
  const groups: Grouping = [];
  let count = 0;
  nodes.forEach(({ layers, from }) => {
    const [only] = from;
    const follows = only !== undefined && from.length === 1 && uses[only] === 1 && !multiplies(layers[0]);
    groups.push(follows ? (groups[only] ?? 0) : count++);
  });
  return groups;
}

function multiplies(layer: GraphLayer | undefined): boolean {
  return /Conv|Dense|Embedding|LSTM|GRU|RNN|Model|Functional|Sequential/.test(layer?.type ?? "");
}

/** What lies between two nodes that everything passes through. */
function blocks(nodes: readonly GraphNode[]): Grouping {
  // The last node that reads each one.
  const reach = nodes.map((_, place) => place);
  nodes.forEach(({ from }, place) => {
    for (const source of from) reach[source] = Math.max(reach[source] ?? 0, place);
  });
  const groups: Grouping = [];
  let count = 0;
  let open = 0;
  nodes.forEach((_, place) => {
    groups.push(count);
    // Nothing before this node is read after it.
    if (open <= place) count += 1;
    open = Math.max(open, reach[place] ?? 0);
  });
  return groups;
}

function evenly(most: number): (nodes: readonly GraphNode[]) => Grouping {
  return (nodes) => {
    const size = Math.ceil(nodes.length / most);
    return nodes.map((_, place) => Math.floor(place / size));
  };
}

/** Groups are numbered by their first nodes. Either they follow each other, or (chains) only a first node reads another group. */
function merged(nodes: readonly GraphNode[], groups: Grouping): GraphNode[] {
  const folded: { layers: GraphLayer[]; from: Set<number> }[] = [];
  nodes.forEach(({ layers, from }, place) => {
    const group = groups[place] ?? 0;
    folded[group] ??= { layers: [], from: new Set() };
    folded[group].layers.push(...layers);
    for (const source of from) if (groups[source] !== group) folded[group].from.add(groups[source] ?? 0);
  });
  return folded.map(({ layers, from }) => ({ layers, from: [...from] }));
}
