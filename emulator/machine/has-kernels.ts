/** What cores of a chip can run on. */
import { type Chip, isEventMode } from '../../isa/machine.ts';

/**
 * Whether there are WebAssembly kernels for the cores of a chip. Those of cores in event mode are in TypeScript alone, and the
 * cores of a chip share one kind: then all of them are. What is computed is the same.
 */
export const hasKernels = ({ cores }: Pick<Chip, 'cores'>): boolean => !cores.some(isEventMode);
