/** A target as a file. */
import { targetFileSchema } from '../target.ts';

export const target = { format: 'snn-target/1', title: 'Target of snnc and snnemu', schema: targetFileSchema } as const;
