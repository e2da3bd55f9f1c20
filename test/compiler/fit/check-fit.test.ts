import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildCalibrated } from '../../../compiler/build.ts';
import { narrowLayer } from '../../../compiler/fit/narrow-layer.ts';
import { type BuildOptions, checkFit } from '../../../compiler/index.ts';
import { PassRunner } from '../../../compiler/pass-runner.ts';
import { calibrateNetwork, formNetwork } from '../../../compiler/stages.ts';
import {
  builtinTargets,
  type CheckRecord,
  DiagnosticError,
  raiseFigure,
  readChip,
  type Target,
  type TargetFigure,
} from '../../../isa/index.ts';
import { checkRecord } from '../../../isa/records/check-record.ts';
import { requestOf as randomRequest, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import {
  attempt,
  type Attempt,
  buildOf,
  conv,
  dense,
  edge,
  limited,
  MISFITS,
  POOLED,
  relu,
  requestOf,
} from '../misfits.ts';

const hooks = { now: () => 0, verify: true };

async function recordOf(tried: Attempt): Promise<CheckRecord> {
  const result = await checkFit(requestOf(tried), builtinTargets().values(), hooks);
  if (!('misfit' in result)) throw new Error('the network fits');
  return checkRecord.schema.parse(result.record);
}

/** Cores of the chip; undefined where it does not fit. */
async function coresOf(tried: Attempt): Promise<number | undefined> {
  try {
    return readChip((await buildOf(tried)).bytes).cores.length;
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

const raised = (target: Target, figures: NonNullable<CheckRecord['changes'][number]['figures']>): Target =>
  figures.reduce((next, { figure, to }) => raiseFigure(next, figure as TargetFigure, to)!, target);

type Document = Attempt['document'];

const LARGER: Document = {
  inputShape: [1, 4, 4],
  layers: [
    conv('conv', 8, 1),
    relu('relu'),
    { name: 'pool', op: 'averagePool', kernel: [2, 2] },
    { name: 'flat', op: 'flatten' },
    dense('dense', 3, 32),
  ],
};
describe('checkFit', () => {
  it.each(MISFITS)('%s: tells what the build tells, and changes and targets that build', async (limit, tried) => {
    const { misfit, changes, targets, nearestTarget } = await recordOf(tried);
    const built = (await buildOf(tried).catch((error: unknown) => error)) as DiagnosticError;
    expect([misfit.code, misfit.message]).toEqual([built.diagnostics[0]!.code, built.diagnostics[0]!.message]);
    const figures = changes.flatMap((change) => change.figures ?? []);
    if (misfit.figure !== null) expect(figures.map(({ figure }) => figure)).toContain(misfit.figure);
    else expect(limit).toContain('instruction');

    const { options } = tried;
    for (const change of changes) {
      if (change.kind === 'network') continue;
      const changed = (change.options ?? {}) as Partial<BuildOptions>;
      const target = raised(options.target, change.figures ?? []);
      const cores = await coresOf({ ...tried, options: { ...options, target, ...changed } });
      expect({ change: change.change, cores }).toEqual({ change: change.change, cores: change.cores });
    }
    for (const { target, fits } of targets) {
      const cores = await coresOf({ ...tried, options: { ...options, target: builtinTargets().get(target)! } });
      expect(cores !== undefined).toBe(fits);
    }
    expect(nearestTarget).toBe(targets.find(({ fits }) => fits)?.target ?? null);
  });

  it('finds the longest window, the narrowest raise and the most channels', async () => {
    const withBits = (vBits: number) => attempt(POOLED, { ...edge, widths: { ...edge.widths, vBits } });
    const { needed } = (await recordOf(withBits(8))).misfit;
    // One bit less is about half of the window.
    const narrow = withBits(needed! - 1);
    const { options } = narrow;
    const { changes } = await recordOf(narrow);
    const window = changes.find((change) => change.options?.window !== undefined)!.options!.window!;
    expect(await coresOf({ ...narrow, options: { ...options, window: window + 1 } })).toBeUndefined();

    const fewAxons = attempt(LARGER, limited({ axons: 20 }));
    const found = (await recordOf(fewAxons)).changes;
    expect(found.map(({ kind }) => kind)).toEqual(['network', 'target']);
    // Each channel of the convolution is four axons of the dense layer.
    expect(found[0]!.layer).toEqual({ name: 'conv', channelsFrom: 8, channelsTo: 5 });
    expect(found[1]!.figures).toEqual([{ figure: 'limits.axons', from: 20, to: 32 }]);
    const channels = (count: number): Attempt => {
      const layers = [conv('conv', count, 1), ...LARGER.layers.slice(1, -1), dense('dense', 3, 4 * count)];
      return { ...fewAxons, document: { ...LARGER, layers } };
    };
    expect(await coresOf(channels(5))).toBe(found[0]!.cores);
    expect(await coresOf(channels(6))).toBeUndefined();
  });

  it('raises several figures where one alone is no help', async () => {
    const { changes, triedInVain } = await recordOf(
      attempt(LARGER, limited({ axons: 20, synapseBits: 200 }, { width: 1, height: 1 })),
    );
    const target = changes.find(({ kind, figures }) => kind === 'target' && figures!.length > 1);
    expect(target?.figures?.map(({ figure }) => figure)).toContain('mesh');
    expect(triedInVain).not.toContain('`mode: exact`');
  });

  it('is a build where the network fits, and passes other faults on', async () => {
    const fitting = await checkFit(requestOf(attempt(POOLED, edge)), [], hooks);
    expect(fitting).toMatchObject({ bytes: (await buildOf(attempt(POOLED, edge))).bytes });
    const labels = attempt(POOLED, edge, { labels: ['only one'] });
    await expect(checkFit(requestOf(labels), [], hooks)).rejects.toThrow(/E0103/);
  });
});

describe('narrowLayer', () => {
  it('gives networks whose chips are sound', async () => {
    let narrowed = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.nat(), fc.nat(), async (net, pick, size) => {
        const options = { ...TEST_OPTIONS, selfTestSamples: 0, target: edge };
        const request = randomRequest(net, options);
        const run = new PassRunner(hooks);
        const calibrated = await calibrateNetwork(await formNetwork(request, run), run);
        if (calibrated.kind === 'spiking') throw new Error('the network is a conventional one');
        const { layers } = calibrated.level.formed.graph;
        const layer = pick % Math.max(1, layers.length - 1);
        const [channels] = layers[layer]!.shape;
        if (layer === layers.length - 1 || channels === 1) return;
        const narrow = narrowLayer(calibrated, layer, 1 + (size % (channels - 1)));
        if (narrow === undefined) return;
        const { bytes } = await buildCalibrated(narrow, options, new PassRunner(hooks));
        expect(readChip(bytes).layers[layer]!.shape[0]).toBe(1 + (size % (channels - 1)));
        narrowed++;
      }),
      { numRuns: 40 },
    );
    expect(narrowed).toBeGreaterThan(0);
  });
});
