/**
 * A worker of `eval`: the emulator, and the conventional network beside it. Names the files that it needs, not the lists of
 * their layers: every thread loads anew what it imports.
 */
import { serveInferences } from '../../emulator/parallel/serve.ts';
import { floatOutputs } from '../../library/float-outputs.ts';

serveInferences(floatOutputs);
