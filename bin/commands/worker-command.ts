/** The command line of `snnemu worker`. */
import { command } from '../ui/command.ts';
import { flag, integer, rule, text } from '../ui/option-kinds.ts';
import { MOST_WORKERS } from './eval-options.ts';
import { QUEUE_OPTIONS } from './sweep-command.ts';

export const workerCommand = command({
  name: 'worker',
  operands: '',
  summary:
    'Compute points of `snnemu sweep --queue` until Ctrl-C, on as many machines as wanted. Points that it holds when it is ended are given back.',
  operandTable: {},
  options: {
    queue: rule(async () => (await import('./rules.ts')).redisAddress, {
      required: true,
      describe: 'redis://host:port, with /db behind it: the Redis that sweeps put their points into',
    }),
    shared: QUEUE_OPTIONS.shared,
    store: text({
      default: 'worker-store',
      describe: 'folder that keeps inputs and builds; made if absent, and several workers can share it',
    }),
    workers: integer(1, MOST_WORKERS, {
      describe: 'points that are computed at a time; one per processor core if absent',
    }),
    once: flag('end as soon as nothing waits'),
    idle: integer(1, 10_000_000, { describe: 'end when nothing has waited for so many seconds' }),
  },
  examples: [
    ['worker --queue redis://host:6379', 'as many points at a time as there are processor cores'],
    ['worker --queue redis://host:6379 --workers 4 --idle 600', 'four, and an end after ten minutes without work'],
    ['worker --queue redis://host:6379 --shared /mnt/files', 'with files that are too large for Redis'],
  ],
  run: async (values, io) => (await import('./worker.ts')).worker(values, io),
});
