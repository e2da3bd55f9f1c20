/** What touch handlers can leave behind, as the range proof takes it: anything that the planes hold that they write. */
import type { CoreImage } from '../chip.ts';
import type { TouchMnemonic } from '../event-mode.ts';
import { type OperationOf, tickRow } from '../ops.ts';
import { formOfRun, planeRows } from '../planes.ts';
import type { Target } from '../target.ts';
import { signedRange } from '../target-size.ts';
import type { Reachable } from './reachable.ts';

/**
 * How often a neuron is touched in a tick depends on the data. So what is written then is held by a form that bounds it, and
 * nothing else is known of it.
 *
 * @param spend called with the number of neurons that are about to be visited
 */
export function widenTouched(
  touch: readonly { readonly operation: OperationOf<TouchMnemonic> }[],
  core: CoreImage,
  target: Pick<Target, 'widths'>,
  states: Reachable,
  spend: (work: number) => void = () => undefined,
): void {
  for (const { operation } of touch) {
    const { first, count } = operation.fields;
    for (const plane of tickRow(operation.op).planes(operation.fields).writes) {
      spend(count + planeRows(core).length);
      // Neurons of one instruction hold the plane alike.
      const [least, most] = signedRange(formOfRun(core, plane, { first, count }, target)!.bits);
      for (let n = first; n < first + count; n++) states.set(plane, n, least, most);
    }
  }
}
