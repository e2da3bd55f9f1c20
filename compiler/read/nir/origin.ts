/** Who wrote a NIR graph, as far as its numbers tell: exporters leave traces of themselves in tau, r and w_in. */
import { type NirNode, valuesOf } from './fields.ts';
import { type NirOrigin, USUAL_STEP } from './rules.ts';

export interface Trace {
  readonly origin: NirOrigin;
  /** Length of a step, where the numbers have it. */
  readonly dt: number | undefined;
  readonly why: string;
}

/** Exporters compute in single precision. */
const NEAR = 1e-4;
const near = (a: number, b: number): boolean => Math.abs(a - b) <= NEAR * Math.abs(b);

const isTime = (tau: number): boolean => tau > 0 && tau < Infinity;

interface Leaky {
  readonly tau: number;
  readonly tauSyn: number | undefined;
  readonly r: number;
  readonly gainIn: number | undefined;
}

/** Every neuron of a node once. */
function neuronsOf(node: NirNode): Leaky[] {
  const r = valuesOf(node, 'r');
  const tau = valuesOf(node, 'tau') ?? valuesOf(node, 'tau_mem');
  if (r === undefined || tau === undefined) return [];
  const [tauSyn, gainIn] = [valuesOf(node, 'tau_syn'), valuesOf(node, 'w_in')];
  const at = (values: Float64Array, k: number): number => values[values.length === 1 ? 0 : k] ?? NaN;
  return Array.from({ length: Math.max(r.length, tau.length) }, (_, k) => ({
    ...{ tau: at(tau, k), r: at(r, k) },
    tauSyn: tauSyn === undefined ? undefined : at(tauSyn, k),
    gainIn: gainIn === undefined ? undefined : at(gainIn, k),
  }));
}

/** What the numbers of all neurons say together; undefined where they fit several exporters, or none. */
export function traceOf(nodes: readonly NirNode[], drawnBy?: NirOrigin): Trace | undefined {
  const drawn = drawnBy === 'spyx' && nodes.flatMap(neuronsOf).every(({ tau }) => !(tau < 1));
  if (drawn) return { origin: 'spyx', dt: 1, why: 'loops and thresholds are drawn as only Spyx does' };
  const integrating = nodes.filter(({ type }) => type === 'IF' || type === 'I');
  const resistances = integrating.flatMap((node) => [...(valuesOf(node, 'r') ?? [])]);
  const types = new Set(nodes.map(({ type }) => type));
  // A decay of 1 or more, which libraries clip, leaves a tau that says nothing.
  const leaky = nodes.flatMap(neuronsOf).filter(({ tau, tauSyn = 1 }) => [tau, tauSyn].every(isTime));
  const hasStep = leaky.every(({ tau, tauSyn, r, gainIn }) =>
    tauSyn === undefined
      ? near(r * USUAL_STEP, tau)
      : near(r * USUAL_STEP, tau) && near((gainIn ?? 1) * USUAL_STEP, tauSyn),
  );
  if (types.has('IF')) {
    const isJelly =
      !types.has('CubaLIF') &&
      resistances.every((r) => near(r * USUAL_STEP, 1)) &&
      (hasStep || leaky.every(({ r }) => r === 1));
    if (isJelly)
      return {
        origin: 'spikingjelly',
        dt: USUAL_STEP,
        why: `r of IF is 1 / ${USUAL_STEP}, as only SpikingJelly writes it`,
      };
  }
  if (leaky.length === 0) return undefined;
  if (integrating.length === 0 && hasStep) {
    const other = types.has('CubaLIF') ? 'SpikingJelly' : 'SpikingJelly without decay_input';
    const both = ` (or ${other}, which differs only in comparing with ge)`;
    return { origin: 'snntorch', dt: USUAL_STEP, why: `r is tau / ${USUAL_STEP}, as snnTorch${both} writes it` };
  }
  return stepTrace(leaky, integrating.length > 0) ?? unitTrace(leaky, resistances);
}

/** Exporters that put their decay into r. */
function stepTrace(leaky: readonly Leaky[], integrates: boolean): Trace | undefined {
  if (leaky.some(({ gainIn }) => gainIn !== undefined && gainIn !== 1)) return undefined;
  if (leaky.every(({ tau, r }) => r < 1 && near(tau * (1 - r), 1)))
    return { origin: 'spyx', dt: 1, why: 'r is 1 − 1 / tau, as Spyx writes its decay' };
  if (integrates) return undefined;
  const [first] = leaky;
  const step = roundStep(first!);
  if (step === undefined) return undefined;
  const fits = leaky.every(({ tau, r }) => near((tau * Math.exp(-step / tau)) / step, r));
  return fits
    ? { origin: 'rockpool', dt: step, why: `r is tau·e^(−dt/tau)/dt with a dt of ${step}, as Rockpool writes it` }
    : undefined;
}

/** dt of r = tau·e^(−dt/tau)/dt, where it is a number of two digits. */
function roundStep({ tau, r }: Leaky): number | undefined {
  if (!(r > 0 && tau > 0)) return undefined;
  // e^(−u)/u falls from infinity to 0: halving finds where it is r.
  let [low, high] = [-60, 10];
  for (let k = 0; k < 80; k++) {
    const middle = (low + high) / 2;
    const u = 2 ** middle;
    if (Math.exp(-u) / u > r) low = middle;
    else high = middle;
  }
  const step = tau * 2 ** low;
  const round = Number(step.toPrecision(2));
  return near(step, round) ? round : undefined;
}

/** A tau of a second and more is none of neurons: it counts steps. */
function unitTrace(leaky: readonly Leaky[], resistances: readonly number[]): Trace | undefined {
  const isPlain = leaky.every(({ tau, tauSyn, r }) => tau >= 1 && tauSyn === undefined && r === 1);
  if (!isPlain || resistances.some((r) => r !== 1)) return undefined;
  return { origin: 'sinabs', dt: 1, why: 'tau is 1 or more and r is 1: tau is in steps, as sinabs writes it' };
}
