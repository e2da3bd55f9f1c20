/** A worker of `eval`: the emulator, and the conventional network beside it. */
import { serveInferences } from '../../emulator/index.ts';
import { floatClassifier } from '../ui/float-classifier.ts';

serveInferences(floatClassifier);
