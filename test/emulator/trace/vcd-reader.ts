/** A reader of value change dumps, strict about what IEEE 1364-2005, clause 18, says of the parts that are used here. */

/** A value from a time on; undefined: unknown. */
export interface Level {
  readonly time: number;
  readonly value: number | undefined;
}

export interface Wave {
  readonly timescale: string;
  readonly version: string;
  /** By module and name, as `core_0.state`: every change. */
  readonly signals: ReadonlyMap<string, readonly Level[]>;
  /** Last time that the file names. */
  readonly end: number;
}

interface Declared {
  readonly bits: number;
  readonly levels: Level[];
}

const DUMPS = ['$dumpvars', '$dumpon', '$dumpoff'];

export function readVcd(text: string): Wave {
  const split = text.indexOf('$enddefinitions $end\n');
  if (split < 0) throw new Error('no $enddefinitions');
  const { codes, signals, timescale, version } = readHead(text.slice(0, split));
  let time = -1;
  let block: string | undefined;
  let dumped = new Set<string>();
  for (const line of text.slice(split).split('\n').slice(1)) {
    if (line === '' || line.startsWith('$comment ')) continue;
    if (line.startsWith('#')) {
      const next = Number(line.slice(1));
      if (!(Number.isInteger(next) && next > time)) throw new Error(`time ${line} after ${time}`);
      if (block !== undefined) throw new Error(`time inside of ${block}`);
      time = next;
    } else if (DUMPS.includes(line)) {
      block = line;
      dumped = new Set();
    } else if (line === '$end') {
      if (dumped.size !== codes.size) throw new Error(`${block ?? 'nothing'} holds ${dumped.size} signals`);
      block = undefined;
    } else {
      const [, scalar, code1, vector, code2] = /^(?:([01x])(\S+)|b([01]+|x) (\S+))$/.exec(line) ?? [];
      const code = code1 ?? code2;
      const signal = code === undefined ? undefined : codes.get(code);
      if (signal === undefined || time < 0) throw new Error(`not a change: ${line}`);
      const digits = scalar ?? vector!;
      if (digits.length > signal.bits || (scalar !== undefined) !== (signal.bits === 1))
        throw new Error(`width: ${line}`);
      const value = digits === 'x' ? undefined : parseInt(digits, 2);
      if (block === undefined && (signal.levels.length === 0 || signal.levels.at(-1)!.value === value))
        throw new Error(`no change: ${line} at ${time}`);
      dumped.add(code!);
      signal.levels.push({ time, value });
    }
  }
  if (block !== undefined) throw new Error(`${block} does not end`);
  return { timescale, version, signals, end: time };
}

function readHead(head: string): {
  codes: Map<string, Declared>;
  signals: Map<string, Level[]>;
  timescale: string;
  version: string;
} {
  const codes = new Map<string, Declared>();
  const signals = new Map<string, Level[]>();
  const scopes: string[] = [];
  let timescale = '';
  let version = '';
  for (const [, keyword, body] of head.matchAll(/\$(\w+)\s+(?:(.*?)\s+)?\$end/g)) {
    const words = (body ?? '').split(/\s+/);
    if (keyword === 'timescale') timescale = body!;
    else if (keyword === 'version') version = body!;
    else if (keyword === 'scope') scopes.push(words[1]!);
    else if (keyword === 'upscope') scopes.pop();
    else if (keyword === 'var') {
      const [type, bits, code, name] = words;
      if (type !== 'wire' || codes.has(code!)) throw new Error(`declaration of ${name!}`);
      const levels: Level[] = [];
      codes.set(code!, { bits: Number(bits), levels });
      signals.set([...scopes.slice(1), name!].join('.'), levels);
    } else if (keyword !== 'comment') throw new Error(`unexpected $${keyword!}`);
  }
  if (scopes.length > 0) throw new Error('a scope is open');
  if (!/^(1|10|100) (s|ms|us|ns|ps|fs)$/.test(timescale)) throw new Error(`timescale ${timescale}`);
  return { codes, signals, timescale, version };
}

/** How long a signal has a value, within a span of time. */
export function timeAt(wave: Wave, signal: string, value: number, from = 0, to = wave.end): number {
  const levels = wave.signals.get(signal)!;
  let sum = 0;
  levels.forEach((level, k) => {
    if (level.value !== value) return;
    const end = Math.min(to, levels[k + 1]?.time ?? wave.end);
    sum += Math.max(0, end - Math.max(from, level.time));
  });
  return sum;
}

/** Value of a signal at a time; undefined where it is unknown. */
export function valueAt(wave: Wave, signal: string, time: number): number | undefined {
  const levels = wave.signals.get(signal)!;
  let [low, high] = [0, levels.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (levels[middle]!.time <= time) low = middle + 1;
    else high = middle;
  }
  return levels[low - 1]?.value;
}
