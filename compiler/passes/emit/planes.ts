/** The plane rows of one core. */
import { boxSize, type CoreImage, MOST_PLANES, type PlaneRow } from '../../../isa/index.ts';
import type { QuantisedGraph } from '../../ir/layers.ts';
import type { CorePlan } from '../../layout/core-plan.ts';

/** How the planes of a core are held where it is not as usual; neighbours that hold a plane alike share a row. */
export function planesOf(graph: QuantisedGraph, { tiles }: CorePlan): Pick<CoreImage, 'planes'> {
  const rows: PlaneRow[] = [];
  for (let plane = 0; plane < MOST_PLANES; plane++)
    for (const { layer, box, firstNeuron: first } of tiles) {
      const neurons = graph.layers[layer]!;
      const form =
        neurons.neuron === 'program' ? neurons.program.planes.find((held) => held.plane === plane) : undefined;
      if (form === undefined) continue;
      const row = { plane, policy: form.policy, bits: form.bits, first, count: boxSize(box), min: 0, max: 0 };
      const last = rows.at(-1);
      const continues =
        last?.plane === plane &&
        last.policy === row.policy &&
        last.bits === row.bits &&
        last.first + last.count === first;
      if (continues) rows.splice(-1, 1, { ...last, count: last.count + row.count });
      else rows.push(row);
    }
  return rows.length === 0 ? {} : { planes: rows };
}
