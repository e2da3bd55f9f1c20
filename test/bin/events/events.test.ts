/** Recordings of event cameras: every format gives the events that were written, and a diagnostic whatever its bytes. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openRecording } from '../../../bin/events/index.ts';
import type { EventFormatName } from '../../../bin/events/formats/index.ts';
import { DiagnosticError } from '../../../isa/index.ts';
import { itShared, sharedPath } from '../../shared.ts';
import { temporaryFolder } from '../data/files.ts';
import {
  aedat2File,
  aedat3File,
  aedat4File,
  datFile,
  type Event,
  evt2File,
  evt3File,
  nmnistFile,
  npzFile,
  someEvents,
  WRITERS,
} from './recordings.ts';

const { file } = temporaryFolder();

/** All events of a recording, and what its reader says of it. */
async function decode(path: string, format?: EventFormatName) {
  const { source, sensor, assumed, blocks } = await openRecording(path, format);
  const events: Event[] = [];
  try {
    for await (const { count, timesUs, x, y, on } of blocks)
      for (let k = 0; k < count; k++) events.push({ t: timesUs[k]!, x: x[k]!, y: y[k]!, on: on[k]! });
  } finally {
    await source.close();
  }
  return { events, sensor, assumed, source };
}

const decodeBytes = (name: string, bytes: Uint8Array | string, format?: EventFormatName) =>
  decode(file(name, bytes), format);

const refusal = async (name: string, bytes: Uint8Array | string, format?: EventFormatName): Promise<string> => {
  try {
    await decodeBytes(name, bytes, format);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
  return 'read';
};

describe('formats of event recordings', () => {
  it.each(WRITERS)('%s gives the events that were written, known by its bytes and name', async (name, write) => {
    for (const count of [0, 7, 9000]) {
      const events = someEvents(count);
      const found = await decodeBytes(name, write(events));
      expect(found.events).toEqual(events);
      expect(found.source.cutShort).toBeUndefined();
    }
  });

  it('takes the size of the sensor from the header', async () => {
    const sensors = {
      'a.dat': [datFile([]), { width: 304, height: 240 }],
      'b.raw': [evt2File([]), { width: 640, height: 480 }],
      'c.raw': [evt3File([]), { width: 1280, height: 720 }],
      'd.aedat': [aedat2File([]), { width: 128, height: 128 }],
      'e.aedat4': [aedat4File([]), { width: 346, height: 260 }],
    } as const;
    for (const [name, [bytes, sensor]] of Object.entries(sensors))
      expect((await decodeBytes(name, bytes)).sensor).toEqual(sensor);
  });

  it('counts on where the clock of a recording begins anew', async () => {
    const late = (bits: number): Event[] => [
      { t: 2 ** bits - 2, x: 1, y: 2, on: 1 },
      { t: 2 ** bits + 5, x: 3, y: 4, on: 0 },
    ];
    const wrapped = (events: readonly Event[], bits: number) =>
      events.map((event) => ({ ...event, t: event.t % 2 ** bits }));
    expect((await decodeBytes('w.dat', datFile(wrapped(late(32), 32)))).events).toEqual(late(32));
    expect((await decodeBytes('w.aedat', aedat2File(wrapped(late(32), 32)))).events).toEqual(late(32));
    expect((await decodeBytes('w.raw', evt3File(late(24)))).events).toEqual(late(24));
    // A step back by less is disorder of the recording, and stays.
    const disordered = [late(16)[1]!, late(16)[0]!];
    expect((await decodeBytes('d.dat', datFile(disordered))).events).toEqual(disordered);
  });

  it('adds the time that an overflow mark of N-MNIST stands for', async () => {
    const [first, second] = someEvents(2) as [Event, Event];
    const mark = { t: 0, x: 0, y: 240, on: 0 };
    const { events } = await decodeBytes('o.bin', nmnistFile([first, mark, mark, second]));
    expect(events).toEqual([first, { ...second, t: second.t + 2 * 2 ** 13 }]);
  });

  it('counts events of Prophesee before the first word that says their time, row or column', async () => {
    const events = someEvents(20);
    const start2 = '% evt 2.0\n% end\n';
    const cut2 = Buffer.concat([Buffer.from(start2), evt2File(events, '').subarray(4)]);
    const words2 = await decodeBytes('late.raw', cut2);
    expect(words2.source.incomplete).toBeGreaterThan(0);
    expect(words2.source.incomplete + words2.events.length).toBe(20);
    const vectors = Buffer.from(Uint16Array.of(0x8001, 0x6001, 0x4fff, 0x2005, 0x0003, 0x2005).buffer);
    const words3 = await decodeBytes('late3.raw', Buffer.concat([Buffer.from('% evt 3.0\n'), vectors]));
    expect([words3.source.incomplete, words3.events]).toEqual([13, [{ t: 4097, x: 5, y: 3, on: 0 }]]);
  });

  it('leaves out what cameras record beside events', async () => {
    const data = Buffer.alloc(24);
    [0x8000, 5, 0x0302, 6, 0x1234_8003, 7].forEach((value, k) => data.writeUInt32BE(value, 4 * k));
    const dvs = await decodeBytes('external.aedat', Buffer.concat([aedat2File([]), data]));
    expect(dvs.events).toEqual([{ t: 6, x: 126, y: 3, on: 1 }]);
    const davis = Buffer.alloc(24);
    const events = [2 ** 31 + 5, 1, 0x400, 2, 7 * 2 ** 22 + 9 * 2 ** 12 + 2 ** 11, 3];
    events.forEach((value, k) => davis.writeUInt32BE(value, 4 * k));
    const header = '#!AER-DAT2.0\n# AEChip: eu.x.DAVIS240C\n#End Of ASCII Header\n';
    const found = await decodeBytes('davis.aedat', Buffer.concat([Buffer.from(header), davis]));
    expect(found.events).toEqual([{ t: 3, x: 9, y: 7, on: 1 }]);
    const invalid = aedat3File(someEvents(3));
    invalid[invalid.length - 8]! &= 0xfe;
    const three = await decodeBytes('invalid.aedat', invalid);
    expect([three.events.length, three.source.invalid]).toEqual([2, 1]);
  });

  it('takes text with other columns, in seconds, and an array of four columns', async () => {
    const rows = ['# t x y p', '0.001 3 4 1', ' 0.0025\t5 6 -1 # late', '', '3e-3,7,8,0'];
    const { events, assumed } = await decodeBytes('t.txt', rows.join('\r\n'));
    expect(events).toEqual([
      { t: 1000, x: 3, y: 4, on: 1 },
      { t: 2500, x: 5, y: 6, on: 0 },
      { t: 3000, x: 7, y: 8, on: 0 },
    ]);
    expect(assumed).toEqual(['times have fractions, taken as seconds']);
    const plain = await decodeBytes('p.csv', '10 3 4 1\n12 3 4 0');
    expect(plain.events.map(({ t }) => t)).toEqual([10, 12]);
    expect(plain.assumed).toEqual([
      'the columns of the text as t, x, y, p',
      'times are whole numbers, taken as microseconds',
    ]);
  });

  it('reads what comes before the end of a recording that was cut, and says so', async () => {
    const events = someEvents(100);
    for (const [name, write] of WRITERS) {
      if (/\.(np.|csv)$/.test(name)) continue;
      const whole = write(events);
      const end = name.startsWith('four') ? whole.length - 30 : whole.length - 1;
      const found = await decodeBytes(name, whole.subarray(0, end));
      expect(found.source.cutShort?.code).toBe('W0704');
      expect(found.source.cutShort?.place?.offset).toBeLessThan(end);
      expect(found.events.length).toBeGreaterThanOrEqual(60);
      expect(found.events).toEqual(events.slice(0, found.events.length));
    }
    const archive = npzFile(events, 0);
    const inLast = archive.subarray(0, archive.indexOf('p.npy') + 180);
    expect(await refusal('cut.npz', inLast)).toContain('the data end early');
  });

  it.each([
    ['x.raw', '% evt 2.0\n% end\n\0\0\0\x30', 'EVT 2 has no words of type 3', 'offset 0x10'],
    ['x.raw', '% evt 3.0\n% end\n\0\x10', 'EVT 3 has no words of type 1', 'offset 0x10'],
    ['x.raw', '% evt 3.0\n% end\n\xff\x37\x02\x40\x00\x80\x00\x60', 'a vector names column 2048', 'offset 0x12'],
    ['x.dat', '% Version 2\n\x05\x08', '.dat events of type 5 are not read', 'E0606'],
    ['x.dat', '% Version 2\n\0\x07', '.dat events of 7 bytes are not read', 'E0606'],
    ['x.aedat', '#!AER-DAT1.0\n', 'AEDAT 1 has other events', 'E0606'],
    ['x.aedat', '#!AER-DAT2.0\n# AEChip: ch.CochleaAMS1c\n', 'the addresses of CochleaAMS1c are not read', 'E0606'],
    ['x.aedat', '#!AER-DAT2.0\n# no end', 'the header does not end', 'E0602'],
    ['x.aedat', '#!AER-DAT3.1\n#Format: SerializedTS\n#!END-HEADER\n', 'AEDAT 3 of format SerializedTS', 'E0606'],
    ['x.aedat', '#!AER-DAT3.1\n#Format: RAW\nno end', 'does not end with #!END-HEADER', 'E0602'],
    [
      'x.aedat',
      `#!AER-DAT3.1\n#!END-HEADER\n${'\xff'.repeat(28)}`,
      'a packet says that it has -1 events of -1 bytes',
      'E0602',
    ],
    ['x.aedat4', '#!AER-DAT4.1\r\n', 'only version 4.0 is read', 'E0606'],
    ['x.csv', 't,x,y,p\n1,2,3,1\n1,2,x,1\n', 'no event: "1,2,x,1"', 'x.csv:3'],
    ['x.csv', 't,x,y,p\n1,-2,3,1\n', 'x and y are whole numbers from 0', 'x.csv:2'],
    ['x.csv', 't,x,y,p\n1,2,3\n', '3 columns instead of 4', 'x.csv:2'],
    ['x.csv', `t,x,y,p\n${'1'.repeat(300)}`, 'a line of more than 256 bytes', 'x.csv:2'],
    ['x.csv', 't,x,y,p\n1e300,2,3,1\n', 'a time of more than 2^53', 'x.csv:2'],
    ['x.bin', 'what is it, if not time that goes on and on?', 'the recording has no known format', 'E0601'],
    ['x.xyz', 'what is it', 'the recording has no known format', 'E0601'],
  ])('refuses %s %j', async (name, bytes, says, where) => {
    const message = await refusal(name, Buffer.from(bytes, 'latin1'));
    expect(message).toContain(says);
    expect(message).toContain(where);
  });

  it('refuses compressions, archives and fields that are not read', async () => {
    const zstd = aedat4File(someEvents(3), { compression: 3 });
    expect(await refusal('z.aedat4', zstd)).toContain('packets compressed by ZSTD are not read');
    expect(await refusal('n.npz', npzFile(someEvents(3)), 'npy')).toContain('E0602');
    expect(await refusal('none.bin', 'no archive', 'npz')).toContain('E0606');
  });

  it.each(WRITERS)(
    'whatever the bytes of %s, there is an end, and a numbered message or events',
    async (name, write) => {
      const whole = write(someEvents(60));
      const formats: Readonly<Record<string, EventFormatName>> = {
        dat: 'dat',
        npz: 'npz',
        npy: 'npy',
        csv: 'text',
        bin: 'nmnist',
        bs2: 'nmnist',
      };
      const format = formats[name.split('.')[1]!];
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
          fc.option(fc.nat(whole.length)),
          async (changes, end) => {
            const bytes = Buffer.from(whole);
            for (const [at, value] of changes) bytes[at] = value;
            const message = await refusal(`m-${name}`, end === null ? bytes : bytes.subarray(0, end), format);
            expect(message).toMatch(/^(read|error\[E0[16]0\d\]: )/);
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  itShared('decodes the recordings of others to their counts and spans', async () => {
    const expected = {
      'tonic_sample.aedat4': [111_954, 1605537493718345, 154, 204, 0, 589_917],
      'expelliarmus_evt3_sample.raw': [219_596, 11_718_656, 874, 200, 0, 8_801],
      'expelliarmus_evt2_sample.first800000bytes.raw': [198_836, 1_317_888, 237, 121, 1, 17_952],
      'tonic_sample_ncars.dat': [2_009, 0, 25, 8, 0, 99_952],
      'tonic_sample_nmnist.bin': [4_325, 654, 7, 15, 1, 310_521],
      'header_test_128.aedat2': [4, 606_348_324, 109, 36, 1, 0],
    };
    for (const [name, [count, ...first]] of Object.entries(expected)) {
      const path = sharedPath('data', 'events', name);
      if (path === undefined) continue;
      const { events } = await decode(path);
      const { t, x, y, on } = events[0]!;
      const span = events.reduce((most, event) => Math.max(most, event.t), 0) - t;
      expect([name, events.length, t, x, y, on, span]).toEqual([name, count, ...first]);
    }
  });
});
