// Writes a chip of known activity, in a process of its own, so that nobody's peak memory is that of making it:
// node --import ./test/typescript.mjs bench/parts/make-chip.mjs '{"kind": "dense", "file": …, "spec": …}'
import { writeFileSync } from 'node:fs';
import { denseChip, sparseChip } from '../chips.ts';
import { answer, request } from './measure.mjs';

const { kind, file, spec } = request();
const bytes = kind === 'dense' ? denseChip(spec) : sparseChip(spec);
writeFileSync(file, bytes);
answer({ bytes: bytes.length });
