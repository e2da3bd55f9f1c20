/** The file of `--probe-out`: what every format of it has in common. */
import type { Probe, ProbeTrace } from '../../emulator/index.ts';
import type { ProbeRecord } from '../../isa/index.ts';

/** A probe as a file tells it. */
export interface NamedProbe extends Probe {
  /** `conv1` or `conv1:3,0,12`. */
  readonly name: string;
  /** Sizes of what is watched in a tick: [channels, height, width]; none for one neuron. */
  readonly shape: readonly number[];
  readonly neurons: number;
  /** Only for one neuron. */
  readonly place?: Pick<ProbeRecord, 'layer' | 'channel' | 'y' | 'x' | 'threshold'>;
}

/** What a probe file says of the run. */
export interface ProbedRun {
  readonly tool: string;
  readonly chip: { readonly sha256: string; readonly network: string };
  /** Of one inference. */
  readonly ticks: number;
  /** Inferences that will be written. */
  readonly samples: number;
  readonly probes: readonly NamedProbe[];
}

export interface ProbedInference {
  /** Index of the sample in its data set. */
  readonly sample: number;
  readonly predicted: number;
  /** By probe. */
  readonly traces: readonly ProbeTrace[];
}

/** Where the bytes go. */
export interface PositionedBytes {
  write(bytes: Uint8Array, position: number): Promise<void>;
}

/** Writes one inference after the other; keeps none of them. */
export interface ProbeWriter {
  add(inference: ProbedInference): Promise<void>;
  /** After the last inference. */
  end(): Promise<void>;
}

export interface ProbeFormat {
  /** Of the whole file, at most. */
  largestBytes(run: ProbedRun): number;
  open(file: PositionedBytes, run: ProbedRun): ProbeWriter;
}
