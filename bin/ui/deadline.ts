/** `--deadline` and `--energy-budget`: what an inference may take, and what is said where it took more. */
import type { Deadline } from '../../emulator/index.ts';
import { type BoundRecord, type Diagnostic, diagnostic, fail, type RunRecord } from '../../isa/index.ts';
import { secondsOf } from './values.ts';
import { formatCount, formatPercent, formatSi, plural } from '../../report/index.ts';

/** A deadline that falls on a cycle by its decimal digits shall do so in binary too. */
const ROUNDING = 1e-9;

/**
 * @param clockHz of the chip
 * @throws DiagnosticError E0103 unless the text is a time above zero with a unit, or a number of cycles
 */
export function parseDeadline(text: string, clockHz: number): Deadline {
  const cycles = Number(/^(\d{1,15}(?:\.\d{1,15})?)cycles$/.exec(text)?.[1] ?? NaN);
  const time = secondsOf(text);
  const seconds = time ?? cycles / clockHz;
  const whole = time === undefined ? cycles : wholeCycles(seconds * clockHz);
  if (!(seconds > 0 && Number.isSafeInteger(whole)))
    fail(
      'E0103',
      `--deadline ${JSON.stringify(text.slice(0, 60))} is not a time above zero`,
      undefined,
      'give a number with ns, us, ms or s, or whole cycles: 5ms, 250us, 1.5s, 200000cycles',
    );
  return { seconds, cycles: whole };
}

function wholeCycles(cycles: number): number {
  // No inference takes as long as what is cut off here.
  if (cycles >= Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  const nearest = Math.round(cycles);
  return Math.abs(cycles - nearest) <= ROUNDING * cycles ? nearest : Math.floor(cycles);
}

/** E0704 where the deadline of the record was missed. */
export function missedDeadline({ deadline, latency, inferences }: RunRecord): Diagnostic | undefined {
  if (deadline?.worst === undefined || latency?.worst === undefined) return undefined;
  const { seconds, missed, worst } = deadline;
  const { bound, critical } = latency.worst;
  const secondsPerCycle = latency.worst.seconds / worst.cycles;
  const [cause, cycles] = largestCause(bound);
  const core =
    critical === undefined
      ? ''
      : `; the core it waited for most is core ${critical.core} (tile ${critical.tile}, layer ${critical.layer})`;
  const limit = `the deadline of ${formatSi(seconds, 's')} (${plural(deadline.cycles, 'cycle')})`;
  const longest = `sample ${worst.index} took ${formatSi(latency.worst.seconds, 's')} (${plural(worst.cycles, 'cycle')}), ${formatSi(worst.excessCycles * secondsPerCycle, 's')} too long`;
  const most = `most of it ${cause}, ${formatPercent(cycles / worst.cycles, 1)}`;
  return diagnostic(
    'E0704',
    `${formatCount(missed)} of ${plural(inferences, 'inference')} took longer than ${limit}: ${longest}, ${most}${core}`,
    undefined,
    REMEDIES[cause],
  );
}

const CORE_REMEDY =
  'split that layer over more cores (a target with smaller cores does so), or build with a smaller window (-T)';

/** By what took most of the time. */
const REMEDIES: Readonly<Record<keyof BoundRecord, string>> = {
  integrate: CORE_REMEDY,
  update: CORE_REMEDY,
  network: 'place the cores closer to each other (--place, --seed), or build with a smaller window (-T)',
  barrier: 'build with a smaller window (-T), or for a smaller mesh',
  wait: 'build with a smaller window (-T), or for a target with a shorter tick',
  host: 'a smaller input takes less of the host port',
};

function largestCause(bound: BoundRecord): [cause: keyof BoundRecord, cycles: number] {
  const causes = Object.entries(bound) as [keyof BoundRecord, number][];
  return causes.reduce((most, cause) => (cause[1] > most[1] ? cause : most));
}

/** E0712 where the energy budget of the record was exceeded. */
export function exceededBudget({ energyBudget, energy, inferences }: RunRecord): Diagnostic | undefined {
  if (energyBudget?.verdict !== 'exceeded') return undefined;
  const { joule } = energyBudget;
  const taken = formatSi(energy.joulePerInference, 'J');
  const largest = energy.parts.reduce((most, part) => ((part.joule ?? 0) > (most.joule ?? 0) ? part : most));
  const share = formatPercent((largest.joule ?? 0) / energy.jouleTotal, 1);
  return diagnostic(
    'E0712',
    `${plural(inferences, 'inference')} took ${taken} each in the mean, ${formatSi(energy.joulePerInference - joule, 'J')} more than the budget of ${formatSi(joule, 'J')}; most of it ${largest.event}, ${share}`,
    undefined,
    'snnc tune finds the settings that keep a budget (--energy); a smaller window (-T) or --mode exact --code graded takes less',
  );
}
