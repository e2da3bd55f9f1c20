/** What layers, cores and links did in all inferences so far. */
import type { CoreActivity } from './runner.ts';
import type { LinkTraffic } from './trees.ts';

/** What a layer did in all inferences so far. */
export interface LayerActivity {
  readonly name: string;
  readonly spikes: number;
  /** Sum of the magnitudes of their payloads. */
  readonly spikePayload: number;
  readonly synops: number;
  readonly macs: number;
  readonly synapseBitsRead: number;
}

/** What the cores and links of the chip did in all inferences so far. */
export interface ChipActivity {
  /** In the order of the chip's cores. */
  readonly cores: readonly (Readonly<CoreActivity> & { readonly core: number })[];
  readonly links: readonly LinkTraffic[];
}
