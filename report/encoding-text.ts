/** How samples without time became steps. */
import type { RunRecord } from '../isa/index.ts';
import { formatCount, formatPercent, plural } from './format.ts';
import { heading, type TextStyle } from './table.ts';

/** Empty where samples came with their steps, or need none. */
export function encodingSection({ encoding }: RunRecord, style: TextStyle): string {
  if (encoding === undefined) return '';
  const { coding, steps, nonZero, max, limited, spikes, seed } = encoding;
  const drawn = seed === undefined ? '' : `, seed ${seed}`;
  const line = `${heading('Input', style)} ${coding} in ${plural(steps, 'step')}${drawn}: ${plural(nonZero, 'value')} that are not 0`;
  if (spikes === undefined) return line;
  const beyond = nonZero === 0 ? 0 : limited! / nonZero;
  return `${line} became ${plural(spikes, 'spike')}\n  a spike in every step is ${max}; ${formatCount(limited!)} (${formatPercent(beyond, 1)}) lie beyond it`;
}
