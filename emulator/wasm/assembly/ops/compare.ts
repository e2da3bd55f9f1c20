/** COMPARE. */
import * as R from '../../generated/records';
import { comparison, NEVER } from '../states';

export function execute(_core: usize, op: usize, _tick: u32): void {
  comparison(op, load<u32>(op, R.COMPARE_SOURCE_AT), NEVER);
}
