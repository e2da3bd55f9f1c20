/** The formats of event recordings, by the name that --event-format takes. */
import type { EventFormat } from '../format.ts';
import { aedat2 } from './aedat2.ts';
import { aedat3 } from './aedat3.ts';
import { aedat4 } from './aedat4.ts';
import { npy, npz } from './arrays.ts';
import { dat } from './dat.ts';
import { evt2 } from './evt2.ts';
import { evt3 } from './evt3.ts';
import { nir } from './nir.ts';
import { nmnist } from './nmnist.ts';
import { text } from './text.ts';

/** In the order in which they are tried: what has a signature first, what only its name tells last. */
const FORMATS = { aedat4, aedat3, aedat2, evt3, evt2, dat, nir, npz, npy, text, nmnist } as const satisfies Readonly<
  Record<string, EventFormat>
>;

export type EventFormatName = keyof typeof FORMATS;

export const EVENT_FORMATS: Readonly<Record<EventFormatName, EventFormat>> = FORMATS;
export const EVENT_FORMAT_NAMES = Object.keys(FORMATS) as readonly EventFormatName[];
