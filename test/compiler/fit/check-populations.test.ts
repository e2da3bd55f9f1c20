/** Whether networks of populations fit is asked for as for others; what they were trained with is no change that is tried. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type BuildRequest, buildChip, checkFit } from '../../../compiler/index.ts';
import { builtinTargets, type CheckRecord, encodeChip, raiseFigure, type Target } from '../../../isa/index.ts';
import { checkRecord } from '../../../isa/records/check-record.ts';
import { TEST_OPTIONS } from '../../arbitraries/builds.ts';

const example = readFileSync(new URL('../../../examples/populations/order.net.json', import.meta.url), 'utf8');
const hooks = { now: () => 0, verify: true };
const edge = builtinTargets().get('edge')!;

const order = (target: Target, text = example): BuildRequest => ({
  source: new TextEncoder().encode(text),
  fileName: 'order.net.json',
  readSideFile: (name): Uint8Array => {
    throw new Error(`no side file ${name}`);
  },
  options: { ...TEST_OPTIONS, target },
});

async function recordOf(request: BuildRequest): Promise<CheckRecord> {
  const result = await checkFit(request, builtinTargets().values(), hooks);
  if (!('misfit' in result)) throw new Error('the network fits');
  return checkRecord.schema.parse(result.record);
}

describe('checkFit of populations', () => {
  it('is a build where the network fits', async () => {
    const checked = await checkFit(order(edge), [], hooks);
    const built = await buildChip(order(edge), hooks);
    expect('chip' in checked && encodeChip(checked.chip)).toEqual(built.bytes);
  });

  it('finds how many slots a delay needs, and builds with so many', async () => {
    const delayed = example.replace('"delay": 1', '"delay": 20');
    const record = await recordOf(order(edge, delayed));
    expect(record.misfit.code).toBe('E0313');
    expect(record.changes).toMatchObject([{ kind: 'target', figures: [{ figure: 'limits.delaySlots', to: 21 }] }]);
    const wider = raiseFigure(edge, 'limits.delaySlots', 21)!;
    await expect(buildChip(order(wider, delayed), hooks)).resolves.toBeDefined();
  });

  it('names the targets that it fits', async () => {
    const narrow = { ...edge, name: 'narrow', limits: { ...edge.limits, axons: 20 } };
    const record = await recordOf(order(narrow));
    expect(record.misfit.code).toBe('E0306');
    expect(record.nearestTarget).not.toBeNull();
    expect(record.changes.map(({ kind }) => kind)).toEqual(['target']);
  });
});
