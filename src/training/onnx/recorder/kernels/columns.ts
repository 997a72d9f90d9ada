/**
 * Matrices known as blocks of columns. Query, key and value are used apart, but TensorFlow.js sees one matrix: taken by their
 * blocks, a product and its gradients need neither a split nor a concatenation of activations.
 */
import type { Graph } from '../../model/graph';

export interface ColumnBlock {
  readonly name: string;
  readonly width: number;
}

const known = new WeakMap<Graph, Map<string, readonly ColumnBlock[]>>();

/** The matrix made of these columns. Written down, and left out of the model again if nobody reads it as a whole. */
export function concatColumns(graph: Graph, blocks: readonly ColumnBlock[]): string {
  const name = graph.one('Concat', blocks.map((block) => block.name), { attributes: { axis: 1 } });
  const of = known.get(graph) ?? new Map<string, readonly ColumnBlock[]>();
  known.set(graph, of.set(name, blocks));
  return name;
}

export const columnBlocks = (graph: Graph, name: string): readonly ColumnBlock[] | undefined => known.get(graph)?.get(name);
