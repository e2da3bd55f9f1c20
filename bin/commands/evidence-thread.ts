/** Gathers the evidence of a build in a thread of its own. */
import { annMacs, type Evidence, type EvidenceHooks, type EvidenceJob } from '../../compiler/index.ts';
import { startWorker, workerEntry } from '../../emulator/index.ts';
import { type Diagnostic, DiagnosticError } from '../../isa/index.ts';

/** What the worker says. */
export type EvidenceReply =
  | {
      readonly kind: 'progress';
      readonly pass: Parameters<EvidenceHooks['onProgress']>[0];
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'done'; readonly evidence: Evidence }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** Operations of the conventional network, times ticks, for which starting a thread pays: about a second's work. */
const LEAST_WORK = 4e9;

/** Whether a thread pays. */
export function isWorthAThread({ networks, selfTestSamples, ledgerSamples }: EvidenceJob): boolean {
  const samples = selfTestSamples.length + ledgerSamples.length;
  return annMacs(networks.ann) * networks.quantised.ticks * samples >= LEAST_WORK;
}

/**
 * The same as `gatherEvidence` in this thread, to the last bit.
 *
 * @returns rejects as that does, with the reason of the signal at once, and with an Error where the thread dies
 */
export function evidenceInThread(job: EvidenceJob, { onProgress, signal }: EvidenceHooks): Promise<Evidence> {
  const worker = startWorker(workerEntry('evidence-worker'), { workerData: job });
  const result = new Promise<Evidence>((resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
    worker.on('message', (reply: EvidenceReply) => {
      if (reply.kind === 'progress') onProgress(reply.pass, reply.done, reply.total);
      else if (reply.kind === 'done') resolve(reply.evidence);
      else reject(new DiagnosticError(reply.diagnostics));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      reject(new Error(`a worker ended by itself, with exit code ${code}`));
    });
  });
  return result.finally(() => worker.terminate());
}
