/**
 * What is known of a value beyond its name, so that later kernels can go another way than through the value itself. It is
 * written down all the same, and left out of the model if in the end nobody reads it (`Graph.build`).
 */
import type { Graph } from '../model/graph';

/** A matrix of columns side by side. Query, key and value are used apart, but TensorFlow.js sees one matrix. */
export interface ColumnBlock {
  readonly name: string;
  readonly width: number;
}

/** gain ∘ unit + bias, by columns: a normalised matrix, whose gain and bias the next product can take into its weight. */
export interface Affine {
  /** [n, width], rows of unit variance. */
  readonly unit: string;
  readonly gain: string;
  readonly bias?: string;
  readonly width: number;
  /** Whether the rows of `unit` have mean 0. */
  readonly centred: boolean;
}

interface Facts {
  readonly columns: Map<string, readonly ColumnBlock[]>;
  readonly affine: Map<string, Affine>;
  /** Transposes of affine matrices. */
  readonly transposed: Map<string, Affine>;
  /** Products by what they multiply. */
  readonly products: Map<string, readonly [string, string]>;
}

const known = new WeakMap<Graph, Facts>();

export function factsOf(graph: Graph): Facts {
  const facts = known.get(graph) ?? { columns: new Map(), affine: new Map(), transposed: new Map(), products: new Map() };
  known.set(graph, facts);
  return facts;
}

/** The matrix made of these columns. */
export function concatColumns(graph: Graph, blocks: readonly ColumnBlock[]): string {
  const name = graph.one('Concat', blocks.map((block) => block.name), { attributes: { axis: 1 } });
  factsOf(graph).columns.set(name, blocks);
  return name;
}
