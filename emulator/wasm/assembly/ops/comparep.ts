/** COMPAREP. */
import * as R from '../../generated/records';
import { comparison } from '../states';

export function execute(_core: usize, op: usize, _tick: u32): void {
  comparison(op, load<u32>(op, R.STATE_PARAMETERS_AT), load<u32>(op, R.STATE_PERIOD));
}
