/**
 * What a build finds out of the quantised network without its mapping: the answers that the self-test expects, and the
 * ledger. It depends on the network and a few samples alone, so it can be computed beside the search for a mapping.
 */
import { quantiseInput, type InputEncoding, type Target } from '../isa/index.ts';
import { type Beside, type BesideHooks, Chain, type LevelAfter, type Running } from './chain.ts';
import type { AnnGraph } from './ann/ann.ts';
import type { SpikingGraph } from './ir/spiking.ts';
import type { BuildOptions } from './options.ts';
import { PassRunner } from './pass-runner.ts';
import type { KeptSample } from './passes/calibrate/kept-samples.ts';
import { embedSelfTestPass, type QuantisedSample } from './passes/embed-self-test.ts';
import type { FormedLayers } from './passes/form-layers.ts';
import { type Ledger, measureConversionPass, type MeasuredNetworks } from './passes/measure-conversion.ts';
import type { SpikeCode } from './codes.ts';
import { type Coded, codeSpikes } from './passes/code-spikes.ts';
import type { ConvertedGraph, QuantisedGraph } from './ir/layers.ts';

/** Plain data, so that it can be sent to another thread. */
export interface EvidenceJob {
  readonly code: SpikeCode;
  readonly target: Target;
  readonly networks: MeasuredNetworks;
  readonly selfTestSamples: readonly QuantisedSample[];
  readonly ledgerSamples: readonly KeptSample[];
}

/** The layers as the chip has them are made again: neurons with programs cannot be sent to another thread. */
const EVIDENCE = Chain.from<EvidenceJob & { readonly chip: QuantisedGraph; readonly ledger: Ledger | undefined }>()
  .next(embedSelfTestPass)
  .next(measureConversionPass);

/** The ledger is absent where there are no samples for it. */
type Findings = Pick<LevelAfter<typeof EVIDENCE>, 'selfTest' | 'ledger'>;

export interface Evidence extends Findings {
  /** Of the passes that it comes from. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** What is told on the way. */
export interface EvidenceHooks {
  readonly now: () => number;
  readonly onProgress: (pass: string, done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Does {@link gatherEvidence} in another thread; undefined where that does not pay. */
export type EvidenceElsewhere = (job: EvidenceJob, hooks: EvidenceHooks) => Promise<Evidence> | undefined;

/** @throws whatever the signal was aborted with */
export async function gatherEvidence(job: EvidenceJob, { now, onProgress, signal }: EvidenceHooks): Promise<Evidence> {
  const { quantised, spiking } = job.networks;
  const { graph: chip } = codeSpikes(quantised, spiking, job.code, job.target);
  const run = new PassRunner({ now, onProgress, ...(signal !== undefined && { signal }) });
  const { selfTest, ledger } = await run.through(EVIDENCE, { ...job, chip, ledger: undefined });
  return { selfTest, ledger, seconds: run.seconds };
}

interface Needs {
  readonly ann: AnnGraph;
  readonly formed: FormedLayers;
  readonly spiking: SpikingGraph;
  readonly quantised: Coded;
  /** The integers whose counts the chip says. */
  readonly converted: ConvertedGraph;
  readonly encoding: InputEncoding;
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
  /** If absent, it is gathered in this thread, after all else. */
  readonly elsewhere?: EvidenceElsewhere | undefined;
}

/** The evidence beside the passes that map the network. */
export const evidence = {
  passes: EVIDENCE.passes,
  start: (level: Needs, hooks: BesideHooks): Running<Findings> => {
    const job = jobOf(level);
    const end = new AbortController();
    const ended = hooks.signal === undefined ? end.signal : AbortSignal.any([hooks.signal, end.signal]);
    const told: EvidenceHooks = {
      now: hooks.now,
      onProgress: (pass, done, total) => hooks.onProgress?.(pass, done, total),
      signal: ended,
    };
    const running = level.elsewhere?.(job, told);
    // Whoever fails before it is asked for has nobody who listens.
    running?.catch(() => undefined);
    return {
      finish: async () => {
        const { seconds, ...made } = await (running ?? gatherEvidence(job, told));
        return { made, level: { ...job, chip: level.quantised.graph }, seconds };
      },
      stop: () => {
        end.abort();
      },
    };
  },
} satisfies Beside<Needs, Findings, string>;

function jobOf({ ann, formed, spiking, quantised, converted, encoding, samples, options }: Needs): EvidenceJob {
  return {
    code: options.code,
    target: options.target,
    networks: {
      ann,
      outputNode: formed.nodeOf.at(-1)!,
      spiking,
      quantised: converted,
      encoding,
      outputStep: (quantised.outputStep * converted.window) / quantised.graph.window,
    },
    selfTestSamples: samples
      .slice(0, options.selfTestSamples)
      .map(({ x, label }) => ({ payloads: quantiseInput(x, encoding), label })),
    ledgerSamples: samples.slice(0, options.ledgerSamples),
  };
}
