/**
 * A worker of a build: what {@link gatherEvidence} finds, beside the search for a mapping. Names the file that it needs, not
 * the list of its layer: a thread loads anew what it imports.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type EvidenceJob, gatherEvidence } from '../../compiler/evidence.ts';
import { DiagnosticError } from '../../isa/index.ts';
import type { EvidenceReply } from './evidence-thread.ts';

const reply = (message: EvidenceReply): void => {
  parentPort!.postMessage(message);
};

try {
  const evidence = await gatherEvidence(workerData as EvidenceJob, {
    now: () => performance.now() / 1000,
    onProgress: (pass, done, total) => {
      reply({ kind: 'progress', pass, done, total });
    },
    // Who does not want it any more ends the thread.
    signal: undefined,
  });
  reply({ kind: 'done', evidence });
} catch (error) {
  if (!(error instanceof DiagnosticError)) throw error;
  reply({ kind: 'failed', diagnostics: error.diagnostics });
}
