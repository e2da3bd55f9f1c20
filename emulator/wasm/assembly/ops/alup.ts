/** ALUP. */
import * as R from '../../generated/records';
import { arithmetic } from '../states';

export function execute(_core: usize, op: usize, _tick: u32): void {
  const parameters: usize = load<u32>(op, R.STATE_PARAMETERS_AT);
  arithmetic(op, load<u32>(op, R.ALUP_FUNCTION), parameters, load<u32>(op, R.STATE_PERIOD));
}
