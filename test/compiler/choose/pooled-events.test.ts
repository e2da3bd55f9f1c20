/** Packets that reach an axon in one tick are one event: how many there are, by counts in groups. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PooledEvents } from '../../../compiler/choose/pooled-events.ts';
import { seededRandom } from '../../arbitraries/random.ts';

const size = fc.integer({ min: 1, max: 4 });

describe('events of pooling windows', () => {
  it('are those of each window, and none where nothing was sent', () => {
    fc.assert(
      fc.property(
        fc.tuple(size, size, size),
        fc.tuple(size, size),
        fc.tuple(fc.nat(3), fc.nat(3)),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        ([channels, rows, columns], pool, rest, ticks, seed) => {
          const random = seededRandom(seed);
          // What fills no window is heard by nobody.
          const [height, width] = [rows * pool[0] + (rest[0] % pool[0]), columns * pool[1] + (rest[1] % pool[1])];
          const counts = Array.from({ length: channels * height * width }, () =>
            random() < 0.4 ? 1 + Math.floor(random() * ticks) : 0,
          );
          const events = new PooledEvents([channels, height, width], pool, [channels, rows, columns], ticks);
          events.add(counts);

          const windows = new Map<string, number[]>();
          counts.forEach((count, k) => {
            const place = Math.floor(k / channels);
            const [y, x] = [Math.floor(place / width / pool[0]), Math.floor((place % width) / pool[1])];
            if (count === 0 || y >= rows || x >= columns) return;
            const key = `${k % channels} ${y} ${x}`;
            windows.set(key, [...(windows.get(key) ?? []), count]);
          });
          const all = [...windows.values()];
          const most = (of: (sent: number[]) => number): number =>
            all.reduce((total, sent) => total + Math.min(ticks, of(sent)), 0);
          expect(events.hearing).toBe(all.length);
          expect(events.ofSenders).toBe(most((sent) => sent.length));
          expect(events.ofSpikes).toBe(most((sent) => sent.reduce((a, b) => a + b, 0)));
        },
      ),
    );
  });
});
