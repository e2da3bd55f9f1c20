/**
 * Runs before every test file: ends what the test runner keeps of the file before. Its storage that follows asynchronous
 * calls is never closed, so that with every file each promise of the process takes longer.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const OF_THE_FILE_BEFORE = Symbol.for('snnc: the storage of the test file before');

/** The class is node's own, which all test files of a process share, as they share nothing else. */
const shared = AsyncLocalStorage as { [OF_THE_FILE_BEFORE]?: AsyncLocalStorage<unknown> };
shared[OF_THE_FILE_BEFORE]?.disable();

const { prototype } = AsyncLocalStorage;
const own = Object.getOwnPropertyDescriptor(prototype, 'run')!;
Object.defineProperty(prototype, 'run', {
  ...own,
  // The first to run is that of the runner: it surrounds every test and every hook.
  value(this: AsyncLocalStorage<unknown>, ...given: Parameters<typeof prototype.run<unknown, unknown[]>>) {
    Object.defineProperty(prototype, 'run', own);
    shared[OF_THE_FILE_BEFORE] = this;
    return this.run(...given);
  },
});
