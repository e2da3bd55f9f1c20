/** Messages of sweeps on many machines. */
import type { MessageRow } from './message-row.ts';

export const QUEUE_CODES = {
  E0713: {
    title: 'no Redis',
    explanation:
      'The Redis that --queue names is not there, refuses, or was away for too long; the message has what was said. `redis-server --port 6379` starts one. What a sweep has computed is kept: the same command goes on from there.',
  },
  E0714: {
    title: 'input that cannot go to other machines',
    explanation:
      'A sweep with --queue sends its files to the workers, through Redis up to a size, above it by a folder that both sides see (--shared), and each lies there under the name that the plan has for it. What has no name that means the same file there, or changes while the sweep runs, is refused.',
  },
  E0715: {
    title: 'point given up by the workers',
    explanation:
      'The workers of a sweep with --queue could not compute a point: its files were not to be had, it took many workers with it, or what came back was no result. The point is not stored, so the next sweep tries it again.',
  },
} as const satisfies Record<string, MessageRow>;
