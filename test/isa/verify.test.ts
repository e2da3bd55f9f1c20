import { expect, it } from '@jest/globals';
import { verifyChip } from '../../isa/index.ts';
import { sampleChip } from './chips.ts';
it('x', () => { expect(verifyChip(sampleChip())).toEqual([]); });
