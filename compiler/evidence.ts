/**
 * What a build finds out of the quantised network without its mapping: the answers that the self-test expects, and the
 * ledger. It depends on the network and a few samples alone, so it can be computed beside the search for a mapping.
 */
import type { SelfTest } from '../isa/index.ts';
import { printJson } from './convert.ts';
import type { BuildHooks, PassRunner, SampleHooks } from './pass-runner.ts';
import { embedSelfTest, type QuantisedSample } from './passes/embed-self-test.ts';
import { type KeptSample, type Ledger, type MeasuredNetworks, measureConversion } from './passes/measure-conversion.ts';

/** Plain data, so that it can be sent to another thread. */
export interface EvidenceJob {
  readonly networks: MeasuredNetworks;
  readonly selfTestSamples: readonly QuantisedSample[];
  readonly ledgerSamples: readonly KeptSample[];
}

type EvidencePass = 'embed-self-test' | 'measure-conversion';

export interface Evidence {
  readonly selfTest: SelfTest;
  /** Absent where there are no samples for it. */
  readonly ledger: Ledger | undefined;
  readonly seconds: Readonly<Record<EvidencePass, number>>;
}

/** What is told on the way. */
export interface EvidenceHooks {
  readonly now: () => number;
  readonly onProgress: (pass: EvidencePass, done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Does {@link gatherEvidence} in another thread; undefined where that does not pay. */
export type Beside = (job: EvidenceJob, hooks: EvidenceHooks) => Promise<Evidence> | undefined;

/** @throws whatever the signal was aborted with */
export async function gatherEvidence(job: EvidenceJob, { now, onProgress, signal }: EvidenceHooks): Promise<Evidence> {
  const hooks = (pass: EvidencePass): SampleHooks => ({
    onProgress: (done, total) => {
      onProgress(pass, done, total);
    },
    signal,
  });
  const { networks, selfTestSamples, ledgerSamples } = job;
  const start = now();
  const selfTest = await embedSelfTest(networks.quantised, selfTestSamples, hooks('embed-self-test'));
  const between = now();
  const ledger =
    ledgerSamples.length > 0
      ? await measureConversion(networks, ledgerSamples, hooks('measure-conversion'))
      : undefined;
  const seconds = { 'embed-self-test': between - start, 'measure-conversion': now() - between };
  return { selfTest, ledger, seconds };
}

/** Work that goes on beside the build, where the caller gives it a place. */
export class EvidenceBeside {
  readonly #job: EvidenceJob;
  readonly #hooks: BuildHooks;
  readonly #stop = new AbortController();
  readonly #running: Promise<Evidence> | undefined;

  constructor(job: EvidenceJob, hooks: BuildHooks, beside: Beside | undefined) {
    this.#job = job;
    this.#hooks = hooks;
    this.#running = beside?.(job, this.#evidenceHooks());
    // Whoever fails before it is asked for has nobody who listens.
    this.#running?.catch(() => undefined);
  }

  /** The evidence, reported as the passes that it comes from. @throws as {@link gatherEvidence} */
  async report(run: PassRunner): Promise<Evidence> {
    const evidence = await (this.#running ?? gatherEvidence(this.#job, this.#evidenceHooks()));
    const { selfTest, ledger, seconds } = evidence;
    run.took('embed-self-test', seconds['embed-self-test'], () => `${selfTest.samples.length} samples`);
    if (ledger !== undefined) run.took('measure-conversion', seconds['measure-conversion'], () => printJson(ledger));
    return evidence;
  }

  /** Ends what is still running. */
  stop(): void {
    this.#stop.abort();
  }

  #evidenceHooks(): EvidenceHooks {
    const { now, onProgress, signal } = this.#hooks;
    const stop = this.#stop.signal;
    return {
      now,
      onProgress: (pass, done, total) => onProgress?.(pass, done, total),
      signal: signal === undefined ? stop : AbortSignal.any([signal, stop]),
    };
  }
}
