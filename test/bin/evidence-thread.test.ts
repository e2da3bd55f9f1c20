import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evidenceInThread, isWorthAThread } from '../../bin/commands/evidence-thread.ts';
import { buildChip, type EvidenceElsewhere, type EvidenceJob } from '../../compiler/index.ts';
import { builtinTargets, DiagnosticError } from '../../isa/index.ts';
import { requestOf, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../arbitraries/networks.ts';
import { cases } from '../cases.ts';

const edge = builtinTargets().get('edge')!;
const options = { ...TEST_OPTIONS, target: edge, selfTestSamples: 2, ledgerSamples: 3 };
const now = (): number => 0;
const [net] = fc.sample(arbitraryNetwork, { numRuns: 1, seed: 7 }) as [RandomNetwork];

/** Builds; where a hook is given, it gets what would be done beside. */
const build = (network: RandomNetwork, elsewhere?: EvidenceElsewhere, target = edge) =>
  buildChip(requestOf(network, { ...options, target }), { now }, elsewhere);

async function jobOf(network: RandomNetwork): Promise<EvidenceJob> {
  let seen: EvidenceJob | undefined;
  await build(network, (job) => {
    seen = job;
    return undefined;
  });
  return seen!;
}

describe('the evidence of a build in a thread', () => {
  it('is that of the same thread: equal bytes, equal ledger', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, async (network) => {
        const here = await build(network);
        const told: string[] = [];
        const there = await build(network, (job, hooks) =>
          evidenceInThread(job, { ...hooks, onProgress: (pass, done, total) => told.push(`${pass} ${done}/${total}`) }),
        );
        expect(Buffer.compare(there.bytes, here.bytes)).toBe(0);
        expect(there.record.ledger).toEqual(here.record.ledger);
        expect(there.record.ledger).not.toBeNull();
        expect(told).toEqual(
          [1, 2].map((k) => `embed-self-test ${k}/2`).concat([1, 2, 3].map((k) => `measure-conversion ${k}/3`)),
        );
      }),
      { numRuns: cases(3) },
    );
  });

  it('is ended with a build that does not fit', async () => {
    let running: Promise<unknown> | undefined;
    const small = { ...edge, limits: { ...edge.limits, axons: 1 } };
    const failed = build(
      net,
      (job, hooks) => {
        const evidence = evidenceInThread(job, hooks);
        running = evidence;
        return evidence;
      },
      small,
    );
    await expect(failed).rejects.toThrow(DiagnosticError);
    await expect(running).rejects.toThrow();
  });

  it('gives the reason at once where it is stopped', async () => {
    const job = await jobOf(net);
    const controller = new AbortController();
    const running = evidenceInThread(job, { now, onProgress: () => undefined, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  it('says where the thread dies', async () => {
    const job = await jobOf(net);
    const broken = { ...job, networks: { ...job.networks, quantised: undefined as never } };
    await expect(evidenceInThread(broken, { now, onProgress: () => undefined, signal: undefined })).rejects.toThrow(
      'layers',
    );
  });

  it('is worth it from about a second of work on', async () => {
    const job = await jobOf(net);
    expect(isWorthAThread(job)).toBe(false);
    const samples = new Array<(typeof job.ledgerSamples)[number]>(1e7);
    expect(isWorthAThread({ ...job, ledgerSamples: samples })).toBe(true);
  });
});
