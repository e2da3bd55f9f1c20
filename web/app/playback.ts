/** Where in an inference the page is: the phase, and the cycle within it. */
import type { WatchedPhase } from '../../library/index.ts';

/** Seconds that a phase takes at speed 1. */
const PHASE_SECONDS = 1.2;

export interface Position {
  readonly phase: number;
  /** 0..1 of its cycles. */
  readonly share: number;
}

export class Playback {
  phases: readonly WatchedPhase[] = [];
  position: Position = { phase: 0, share: 0 };
  isPlaying = false;
  speed = 1;

  /** A new inference, from its start. */
  load(phases: readonly WatchedPhase[]): void {
    this.phases = phases;
    this.position = { phase: 0, share: 0 };
  }

  get phase(): WatchedPhase | undefined {
    return this.phases[this.position.phase];
  }

  get isAtEnd(): boolean {
    return this.position.phase >= this.phases.length - 1 && this.position.share >= 1;
  }

  /** @param seconds that passed */
  advance(seconds: number): void {
    if (!this.isPlaying || this.phases.length === 0) return;
    const { phase, share } = this.position;
    const next = share + (seconds * this.speed) / PHASE_SECONDS;
    if (next < 1) this.position = { phase, share: next };
    else if (phase + 1 < this.phases.length) this.position = { phase: phase + 1, share: 0 };
    else {
      this.position = { phase, share: 1 };
      this.isPlaying = false;
    }
  }

  /** Goes to the end of a phase. */
  goTo(phase: number): void {
    this.position = { phase: Math.max(0, Math.min(phase, this.phases.length - 1)), share: 1 };
  }

  /** @returns whether it plays now; from the start where it had ended */
  toggle(): boolean {
    if (!this.isPlaying && this.isAtEnd) this.position = { phase: 0, share: 0 };
    this.isPlaying = !this.isPlaying && this.phases.length > 0;
    return this.isPlaying;
  }
}

/** `input`, `tick 3`, `read-out`. */
export function phaseName({ kind, tick }: Pick<WatchedPhase, 'kind' | 'tick'>): string {
  return kind === 'tick' ? `tick ${tick}` : kind === 'input' ? 'input' : 'read-out';
}
