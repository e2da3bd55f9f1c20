/** Networks that exceed one limit each: the message names it, and its remedy, when followed, builds. */
import { describe, expect, it } from '@jest/globals';
import { type Diagnostic, DiagnosticError, readChip } from '../../../isa/index.ts';
import type { BuildOptions } from '../../../compiler/index.ts';
import {
  attempt,
  type Attempt,
  buildOf,
  dense,
  edge,
  MISFITS,
  POOLED,
  POOLED_INPUT,
  RESIDUAL,
  ROWS,
  SPARSE,
  tensor,
} from '../misfits.ts';

async function misfitOf(tried: Attempt): Promise<Diagnostic> {
  try {
    await buildOf(tried);
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics.length === 1) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error('the network fits');
}

/** Every change that a remedy orders in so many words, made. */
function follow(remedy: string, { document, options }: Attempt): Attempt[] {
  const { target } = options;
  const changed: Attempt[] = [];
  const to = (more: Partial<BuildOptions>) => changed.push({ document, options: { ...options, ...more } });
  const mesh = /set mesh of the target to at least (\d+)×(\d+) tiles/.exec(remedy);
  if (mesh) to({ target: { ...target, mesh: { width: Number(mesh[1]), height: Number(mesh[2]) } } });
  const figure = /set (limits|widths)\.(\w+) of the target to at least (\d+)/.exec(remedy);
  if (figure) {
    const [, group, name, value] = figure as unknown as [string, 'limits' | 'widths', string, string];
    expect(target[group]).toHaveProperty(name);
    to({ target: { ...target, [group]: { ...target[group], [name]: Number(value) } } });
  }
  const width = /add (\d) to widths\.weightBits/.exec(remedy);
  if (width)
    to({
      target: {
        ...target,
        widths: { ...target.widths, weightBits: [...target.widths.weightBits, Number(width[1]) as 8] },
      },
    });
  const bits = /`weightBits: (\d)`/.exec(remedy);
  if (bits) to({ weightBits: Number(bits[1]) as 4 });
  if (remedy.includes('`mode: exact`')) to({ mode: 'exact' });
  const columns = /kernel columns of at most (\d+)/.exec(remedy);
  if (columns) {
    const [layer, ...others] = document.layers;
    const kernel = Number(columns[1]);
    const rest = others.map((l) => (l.op === 'dense' ? dense(l.name, 3, 300 - kernel + 1) : l));
    const layers = [{ ...layer!, weight: tensor(1, 1, 1, kernel) }, ...rest];
    changed.push({ document: { ...document, layers }, options });
  }
  return changed;
}

describe('a network that exceeds one limit', () => {
  it.each(MISFITS)('%s: names place, limit and excess, and its remedy builds', async (limit, tried, message, place) => {
    const found = await misfitOf(tried);
    expect(`${found.code}: ${found.message}`).toMatch(message);
    if (place === undefined) expect(found.place).toBeUndefined();
    else expect(found.place).toMatchObject(place);
    const [figure] = /^\w+\.\w+|^mesh/.exec(limit) ?? [undefined];
    expect(found.misfit?.figure).toBe(figure);
    if (found.misfit) expect(found.misfit.needed).toBeGreaterThan(0);
    const attempts = follow(found.remedy!, tried);
    expect(attempts.length).toBeGreaterThan(0);
    for (const next of attempts) {
      const { bytes } = await buildOf(next);
      expect(readChip(bytes).cores.length).toBeGreaterThan(0);
    }
  });

  it('every limit and width of a target has its row', () => {
    const names = [
      ...Object.keys(edge.limits).map((name) => `limits.${name}`),
      ...Object.keys(edge.widths).map((name) => `widths.${name}`),
      'mesh',
    ];
    for (const name of names) expect(MISFITS.filter(([limit]) => limit.startsWith(name))).not.toEqual([]);
  });

  it.each([POOLED, POOLED_INPUT, RESIDUAL, ROWS, SPARSE])('fits the target without that limit', async (document) => {
    await expect(buildOf(attempt(document, edge))).resolves.toBeDefined();
  });
});
