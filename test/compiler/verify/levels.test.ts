import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LevelAfter } from '../../../compiler/chain.ts';
import { INPUT } from '../../../compiler/ir/layers.ts';
import type { AnyPass } from '../../../compiler/chain.ts';
import { PassRunner } from '../../../compiler/pass-runner.ts';
import { CHIP, CONVENTIONAL, READ, SCHEDULE } from '../../../compiler/pipeline.ts';
import { calibrateNetwork, formNetwork, scheduleNetwork } from '../../../compiler/stages.ts';
import { builtinTargets, DiagnosticError } from '../../../isa/index.ts';
import { requestOf, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../arbitraries/networks.ts';

type Built = LevelAfter<typeof CHIP> & LevelAfter<typeof CONVENTIONAL.calibrate>;

const edge = builtinTargets().get('edge')!;
const options = { ...TEST_OPTIONS, target: edge, ledgerSamples: 2, selfTestSamples: 2 };
const hooks = { now: () => 0, verify: true };
const CHAINS = [READ, ...Object.values(CONVENTIONAL), SCHEDULE, CHIP];
const PASSES: readonly AnyPass[] = CHAINS.flatMap(({ passes }): readonly AnyPass[] => passes);

async function built(net: RandomNetwork): Promise<Built> {
  const run = new PassRunner(hooks);
  const calibrated = await calibrateNetwork(await formNetwork(requestOf(net, options), run), run);
  const scheduled = await scheduleNetwork(calibrated, calibrated.level.options, run);
  return { ...calibrated.level, ...(await run.through(CHIP, scheduled)) } as Built;
}

/** What the verifier of a pass says of a level that was changed. */
function saysOf(name: string, level: Built, change: Partial<Record<keyof Built, unknown>>): string {
  const evidence = {
    networks: { quantised: level.quantised.graph },
    selfTestSamples: level.samples,
    ledgerSamples: level.samples.slice(0, 2),
  };
  try {
    const all = { ...level, ...evidence, ...change } as never;
    PASSES.find((pass) => pass.name === name)!.verify(all, all);
    return '';
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.message;
  }
}

const changed = <T>(list: readonly T[], at: number, change: Partial<T>): T[] =>
  list.map((each, k) => (k === at ? { ...each, ...change } : each));

/** pass → what is damaged behind it, and what its verifier must then say. */
const DAMAGE: Readonly<
  Record<string, readonly (readonly [(level: Built) => Partial<Record<keyof Built, unknown>>, RegExp])[]>
> = {
  'read-network': [
    [({ network }) => ({ network: { ...network, ann: { ...network.ann, output: 'nowhere' } } }), /output/],
  ],
  'merge-linear': [[({ ann }) => ({ ann: { ...ann, output: 'nowhere' } }), /output/]],
  'form-layers': [
    [({ formed }) => ({ formed: { ...formed, nodeOf: [] } }), /every layer has its node/],
    [
      ({ formed }) => ({
        formed: {
          ...formed,
          graph: { ...formed.graph, layers: changed(formed.graph.layers, 0, { bias: Float64Array.of(NaN) }) },
        },
      }),
      /bias/,
    ],
  ],
  'calibrate-activations': [
    [({ activations }) => ({ activations: { ...activations, inputs: [] } }), /every channel of the input/],
    [({ activations }) => ({ activations: { ...activations, histograms: [] } }), /one histogram per channel/],
  ],
  'choose-thresholds': [
    [({ thresholds }) => ({ thresholds: thresholds.map((values) => values.map(() => 0)) }), /positive/],
    [({ thresholds }) => ({ thresholds: thresholds.slice(1) }), /every layer has thresholds/],
  ],
  'set-neurons': [
    [({ spiking }) => ({ spiking: { ...spiking, window: 0 } }), /window/],
    [
      ({ spiking }) => ({
        spiking: { ...spiking, neurons: changed(spiking.neurons, 0, { parameters: {} as never }) },
      }),
      /one \w+ per channel/,
    ],
  ],
  'choose-widths': [[({ widths }) => ({ widths: { ...widths, bits: [] } }), /every layer has a width/]],
  'schedule-ticks': [
    [({ schedule }) => ({ schedule: { ...schedule, ticks: schedule.ticks + 1 } }), /ends with the window/],
    [
      ({ schedule }) => ({ schedule: { ...schedule, delays: schedule.delays.map((all) => all.map(() => 99)) } }),
      /delay/,
    ],
  ],
  'encode-input': [
    [({ encoding }) => ({ encoding: { ...encoding, payloadMax: 2 ** 20 } }), /payloads/],
    [({ encoding }) => ({ encoding: { ...encoding, step: 0 } }), /positive/],
  ],
  'measure-rates': [[({ rates }) => ({ rates: { ...rates, input: -1 } }), /rate/]],
  'quantise-weights': [
    [
      ({ quantised }) => ({ quantised: { ...quantised, graph: { ...quantised.graph, ticks: 1 } } }),
      /windows lie in the inference/,
    ],
    [({ quantised }) => ({ quantised: { ...quantised, graph: { ...quantised.graph, weightBits: 2 } } }), /2 bit/],
  ],
  'code-spikes': [
    [
      ({ quantised }) => ({ quantised: { ...quantised, graph: { ...quantised.graph, ticks: 1 } } }),
      /windows lie in the inference/,
    ],
  ],
  'assign-tiles': [
    [
      ({ mapped }) => {
        const { sources } = mapped;
        const { assigned } = sources;
        return {
          mapped: { ...mapped, sources: { ...sources, assigned: { ...assigned, tiles: assigned.tiles.slice(1) } } },
        };
      },
      /exactly one tile/,
    ],
    [({ mapped }) => ({ mapped: { ...mapped, sources: { ...mapped.sources, trees: 0 } } }), /share a tree/],
  ],
  'place-tiles': [[({ placed }) => ({ placed: { ...placed, placeOf: placed.placeOf.map(() => -1) } }), /place/]],
  'route-trees': [[({ routed }) => ({ routed: { ...routed, routes: routed.routes.slice(1) } }), /ends at/]],
  'compare-placements': [[({ comparison }) => ({ comparison: { ...comparison, placements: [] } }), /own placement/]],
  'emit-chip': [
    [({ emitted }) => ({ emitted: { ...emitted, cores: emitted.cores.slice(1) } }), /every used core/],
    [({ emitted }) => ({ emitted: { ...emitted, placements: emitted.placements.slice(1) } }), /has a place/],
  ],
  'embed-self-test': [[() => ({ selfTest: { samples: [] } }), /every sample/]],
  'measure-conversion': [[() => ({ ledger: undefined }), /all samples/]],
};

/** Checked by the verifier of the pass whose work they refine. */
const ALIKE: Readonly<Record<string, string>> = {
  'fire-output': 'form-layers',
  'balance-thresholds': 'choose-thresholds',
  'correct-bias': 'set-neurons',
  'correct-potential': 'set-neurons',
};

/** Passes that look and warn. */
const MAKE_NOTHING: ReadonlySet<string> = new Set(['weigh-biases']);

describe('the verifiers of the levels', () => {
  let level: Built;
  beforeAll(async () => {
    const [net] = fc.sample(
      arbitraryNetwork.filter(({ json }) => (JSON.parse(json) as { layers: unknown[] }).layers.length > 3),
      { numRuns: 1, seed: 3 },
    ) as [RandomNetwork];
    level = await built(net);
    expect(level.formed.graph.layers[0]!.branches[0]!.source).toBe(INPUT);
  });

  it.each(PASSES.map(({ name }) => name).filter((name) => !MAKE_NOTHING.has(name)))(
    'of %s find damage, and nothing else',
    (name) => {
      const cases = DAMAGE[ALIKE[name] ?? name];
      expect(cases).toBeDefined();
      for (const [damage, rule] of cases!) expect(saysOf(name, level, damage(level))).toMatch(rule);
    },
  );

  it('find nothing in random networks', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (net) => {
        try {
          await built(net);
        } catch (error) {
          // What does not fit is no broken rule.
          if (!(error instanceof DiagnosticError) || error.diagnostics.some(({ code }) => code === 'E0901'))
            throw error;
        }
      }),
      { numRuns: 15 },
    );
  });
});
