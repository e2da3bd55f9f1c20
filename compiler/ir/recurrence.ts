/** Loops of a NIR graph: what closes one is heard a step later, as in the simulators that write such graphs. */

/** A connection between two things, by their indices; the input is below 0. */
export interface Edge {
  readonly source: number;
  readonly to: number;
  /** Steps. */
  readonly delay: number;
}

/**
 * Which edges without delay close a loop of such edges: those that lead back to where a walk from population 0, 1, … on is on
 * its way. Where they have a delay of 1, no loop is left without one.
 */
export function closingEdges(edges: readonly Edge[], count: number): ReadonlySet<Edge> {
  const leaving: Edge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) if (edge.delay === 0 && edge.source >= 0) leaving[edge.source]!.push(edge);
  const closing = new Set<Edge>();
  const state = new Uint8Array(count);
  const [ON_THE_WAY, LEFT] = [1, 2];
  const walk = (population: number): void => {
    state[population] = ON_THE_WAY;
    for (const edge of leaving[population]!)
      if (state[edge.to] === ON_THE_WAY) closing.add(edge);
      else if (state[edge.to] !== LEFT) walk(edge.to);
    state[population] = LEFT;
  };
  for (let population = 0; population < count; population++) if (state[population] === 0) walk(population);
  return closing;
}
