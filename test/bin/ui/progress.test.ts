/** The line of a progress bar. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import type { Io } from '../../../bin/ui/io.ts';
import { progressLine, startProgress } from '../../../bin/ui/progress.ts';

const at = { title: 'running', unit: 'samples', since: 0 };

describe('a progress bar', () => {
  it('says rate and time left as soon as they are known', () => {
    expect(progressLine({ ...at, done: 1, total: 1000, seconds: 0 }, 80)).toBe(
      `running ${'░'.repeat(30)} 1/1,000 samples`,
    );
    expect(progressLine({ ...at, done: 500, total: 1000, seconds: 20 }, 80)).toBe(
      `running ${'█'.repeat(15)}${'░'.repeat(15)} 500/1,000 samples, 25/s, 20 s left`,
    );
    const rest = (done: number, total: number | undefined, seconds: number): string =>
      progressLine({ ...at, done, total, seconds }, 80).replace(/^running [█░]* ?/, '');
    expect(rest(1, 100, 30)).toBe('1/100 samples, 2.0/min, 49 min 30 s left');
    expect(rest(2, 1000, 7200)).toBe('2/1,000 samples, 1.0/h, 42 days left');
    expect(rest(9000, 10_000, 3)).toBe('9,000/10,000 samples, 3,000/s, 1 s left');
    expect(rest(100, 37_000, 10)).toBe('100/37,000 samples, 10/s, 1 h 1 min left');
    expect(rest(7, undefined, 7)).toBe('7 samples, 1.0/s');
    expect(progressLine({ ...at, done: 510, total: 1000, seconds: 10, since: 500 }, 80)).toContain(
      '1.0/s, 8 min 10 s left',
    );
  });

  it('is never wider than the terminal, and never says what is no number', () => {
    const count = fc.oneof(fc.constant(0), fc.nat({ max: 1e9 }));
    const seconds = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e7, noNaN: true }));
    fc.assert(
      fc.property(
        count,
        fc.option(count, { nil: undefined }),
        seconds,
        count,
        fc.integer({ min: 40, max: 120 }),
        (done, total, time, since, width) => {
          const line = progressLine({ ...at, done, total, seconds: time, since }, width);
          expect(stringWidth(line)).toBeLessThan(width);
          expect(line).not.toMatch(/NaN|Inf|INF|NF|undefined|-\d|e\+/);
        },
      ),
    );
  });

  it('is drawn on a terminal and gone afterwards; elsewhere there is none', async () => {
    let drawn = '';
    const stream = Object.assign(new PassThrough(), {
      isTTY: true,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    });
    stream.on('data', (part: Buffer) => (drawn += part.toString()));
    let now = 0;
    const stderr = {
      isTTY: true,
      columns: 60,
      write: () => undefined,
      stream: stream as unknown as NodeJS.WriteStream,
    };
    const io = { stderr, env: {}, now: () => now } as unknown as Io;
    const progress = await startProgress(io, 'running', 'samples');
    for (let done = 1; done <= 4; done++) {
      progress.update(done, 4);
      now += 2;
    }
    progress.stop();
    progress.stop();
    expect(drawn).toContain('running ');
    expect(drawn).toContain('/4 samples');
    expect(drawn).not.toContain('NF');
    const silent = await startProgress({ ...io, stderr: { ...stderr, isTTY: false } }, 'running', 'samples');
    drawn = '';
    silent.update(1, 2);
    silent.stop();
    expect(drawn).toBe('');
  });
});
