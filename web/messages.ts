/** What page and worker say to each other. */
import type { RunAnswer, RunRecord, WatchedPhase } from '../library/index.ts';
import type { Settings } from './settings.ts';

/** A file that was dropped, chosen or is an example. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Samples and, if there are, their labels. */
export interface DataFiles {
  readonly data: NamedFile;
  readonly labels?: NamedFile | undefined;
}

/** What the page asks for. */
export interface Requests {
  readonly build: {
    readonly network: NamedFile;
    readonly sideFiles: readonly NamedFile[];
    readonly settings: Settings;
    readonly calibration: DataFiles | undefined;
  };
  readonly open: { readonly file: NamedFile };
  /** Samples of a file, as many as are shown. */
  readonly look: { readonly files: DataFiles; readonly shape: readonly number[] | undefined; readonly most: number };
  readonly watch: { readonly values: Uint8Array | Float32Array; readonly potentialsOf: readonly number[] };
  readonly evaluate: { readonly files: DataFiles; readonly most: number };
  /** The page of `snnemu eval --html`. */
  readonly report: { readonly record: RunRecord };
}

/** What it gets. */
export interface Answers {
  readonly build: OpenedChip;
  readonly open: OpenedChip;
  readonly look: SeenSamples;
  readonly watch: RunAnswer;
  readonly evaluate: RunRecord;
  readonly report: string;
}

export type RequestKind = keyof Requests;

/** What the page needs to know of the chip that is open in the worker. */
export interface OpenedChip {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly network: string;
  readonly target: string;
  readonly mesh: { readonly width: number; readonly height: number };
  /** Tile of every core in use, and the layers of which it holds neurons. */
  readonly cores: readonly { readonly core: number; readonly tile: number; readonly layers: readonly number[] }[];
  readonly layers: readonly { readonly name: string; readonly shape: readonly number[]; readonly fires: boolean }[];
  readonly inputShape: readonly number[];
  readonly ticks: number;
  readonly window: number;
  readonly clockHz: number;
  readonly classes: number;
  readonly labels: readonly string[];
  /** What was chosen and what was lost, a line each. */
  readonly notes: readonly string[];
}

export interface SeenSamples {
  readonly count: number;
  readonly shape: readonly number[];
  readonly isLabelled: boolean;
  readonly notes: readonly string[];
  readonly samples: readonly { readonly values: Uint8Array | Float32Array; readonly label: number | undefined }[];
}

export type ToWorker =
  | { [K in RequestKind]: { readonly id: number; readonly kind: K; readonly request: Requests[K] } }[RequestKind]
  | { readonly kind: 'cancel'; readonly id: number };

/** A fault that the user can do something about, or one of ours. */
export interface Fault {
  /** Of a diagnostic; `stopped` where the user ended the work, `fault` for what is ours. */
  readonly code: string;
  /** With place and remedy. */
  readonly text: string;
}

export type FromWorker =
  | {
      readonly id: number;
      readonly kind: 'progress';
      readonly what: string;
      readonly done: number;
      readonly total: number | undefined;
    }
  | { readonly id: number; readonly kind: 'phase'; readonly phase: WatchedPhase }
  | { readonly id: number; readonly kind: 'done'; readonly answer: Answers[RequestKind] }
  | { readonly id: number; readonly kind: 'failed'; readonly faults: readonly Fault[] };
