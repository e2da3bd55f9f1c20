/** `snnemu worker` */
import { mkdir } from 'node:fs/promises';
import { workerEntry } from '../../emulator/index.ts';
import { fail } from '../../isa/index.ts';
import { formatCount, plural } from '../../report/index.ts';
import type { RedisAddress } from '../queue/address.ts';
import { InputCache } from '../queue/input-cache.ts';
import { Link } from '../queue/link.ts';
import { Threads } from '../queue/threads.ts';
import { work, type WorkAccount, type WorkOptions } from '../queue/work.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { pathOf, refuseFault } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printNote } from '../ui/messages.ts';
import { rateText, startProgress } from '../ui/progress.ts';

interface WorkerValues {
  readonly queue: RedisAddress;
  readonly shared: string | undefined;
  readonly store: string;
  readonly workers: number | undefined;
  readonly once: boolean;
  readonly idle: number | undefined;
}

/** So often a worker without a terminal says how far it is, in seconds. */
const TELL_SECONDS = 10;

export async function worker(values: WorkerValues, io: Io): Promise<ExitCode> {
  const { queue: address, shared, store, workers = io.processors, once, idle } = values;
  if (once && idle !== undefined) fail('E0107', '--once and --idle both say when the worker ends');
  const folder = pathOf(io, store);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => refuseFault(store, error));
  const release = io.holdSignals();
  try {
    const link = await Link.open(address, io);
    try {
      const inputs = await InputCache.open(folder, {
        ...{ redis: link.redis, shared: shared === undefined ? undefined : pathOf(io, shared) },
        now: () => Date.now(),
      }).catch((error: unknown) => refuseFault(store, error));
      printNote(
        `snnemu ${io.version} computes points of ${link.shown}, ${workers} at a time; Ctrl-C ends it, and gives back what it holds`,
        io,
      );
      const threads = new Threads(workerEntry('sweep-worker'), workers);
      const idleSeconds = once ? 0 : idle;
      await workAndTell(link, { threads, workers, inputs, store: folder, idleSeconds }, io);
      return EXIT.done;
    } finally {
      link.close();
    }
  } finally {
    release();
  }
}

async function workAndTell(link: Link, options: Omit<WorkOptions, 'onDone' | 'account'>, io: Io): Promise<void> {
  const began = io.now();
  const progress = await startProgress(io, 'computing', 'points');
  let told = began;
  const account: WorkAccount = { computed: 0, failed: 0, refused: 0, givenBack: 0, held: 0 };
  const onDone = (): void => {
    progress.update(account.computed, undefined);
    if (io.stderr.isTTY || io.now() - told < TELL_SECONDS) return;
    told = io.now();
    printNote(soFar(account, told - began), io);
  };
  try {
    await work(link, { ...options, account, onDone }, io);
  } finally {
    progress.stop();
    io.stdout.write(`${soFar(account, io.now() - began)}\n`);
  }
}

function soFar({ computed, failed, refused, givenBack }: WorkAccount, seconds: number): string {
  const rate =
    computed > 0 && seconds > 0 ? ` in ${formatCount(Math.round(seconds))} s (${rateText(computed / seconds)})` : '';
  return [
    `${plural(computed, 'point')} computed${rate}`,
    ...(failed > 0 ? [`${formatCount(failed)} of them without a result`] : []),
    ...(refused > 0 ? [`${plural(refused, 'job')} refused`] : []),
    ...(givenBack > 0 ? [`${formatCount(givenBack)} given back`] : []),
  ].join(', ');
}
