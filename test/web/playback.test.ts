/** The moment that the page shows, and the flits that are under way in it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WatchedPhase } from '../../library/index.ts';
import { firstAfter } from '../../web/app/hops.ts';
import { phaseName, Playback } from '../../web/app/playback.ts';

const phases = (count: number): WatchedPhase[] => Array.from({ length: count }, () => ({}) as WatchedPhase);

describe('playback', () => {
  it('goes on through every phase, never back, and stops at the end of the last', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.double({ min: 0, max: 0.9, noNaN: true }), { minLength: 40, maxLength: 60 }),
        fc.constantFrom(0.25, 1, 8),
        (count, steps, speed) => {
          const playback = new Playback();
          playback.load(phases(count));
          playback.speed = speed;
          playback.toggle();
          let before = 0;
          for (const seconds of [...steps, 1e3, ...Array<number>(count).fill(1e3)]) {
            playback.advance(seconds);
            const at = playback.position.phase + playback.position.share;
            expect(at).toBeGreaterThanOrEqual(before);
            expect(playback.position.phase - Math.floor(before)).toBeLessThanOrEqual(1);
            before = at;
          }
          expect(playback).toMatchObject({ isAtEnd: true, isPlaying: false });
          expect(playback.toggle()).toBe(true);
          expect(playback.position).toEqual({ phase: 0, share: 0 });
        },
      ),
    );
  });

  it('plays nothing where there is nothing, and goes to phases that are there', () => {
    const playback = new Playback();
    expect(playback.toggle()).toBe(false);
    playback.load(phases(3));
    playback.goTo(7);
    expect(playback.position).toEqual({ phase: 2, share: 1 });
    playback.goTo(-1);
    expect(playback.position).toEqual({ phase: 0, share: 1 });
    expect(phaseName({ kind: 'readout', tick: -1 })).toBe('read-out');
  });

  it('finds the first hop after a cycle', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 30 }), fc.integer({ min: -1, max: 21 }), (cycles, cycle) => {
        const sorted = cycles.toSorted((a, b) => a - b);
        const hops = Int32Array.from(sorted.flatMap((at) => [0, 1, at]));
        expect(firstAfter(hops, cycle)).toBe(sorted.filter((at) => at <= cycle).length);
      }),
    );
  });
});
