/** What a network can need more of than a target has, and targets that have more of it. */
import type { DiagnosticCode } from './codes.ts';
import { DiagnosticError, diagnostic, type Misfit, type Place } from './diagnostics.ts';
import { targetSchema, type Target, type TargetFigure } from './target.ts';
import { livingCoreCount, packetBitsOf } from './target-size.ts';

type LimitName = Exclude<keyof Target['limits'], 'stateBits'>;
type WidthName = Exclude<keyof Target['widths'], 'weightBits' | 'packetBits'>;

const LARGEST_SIDE = targetSchema.shape.mesh.shape.width.maxValue!;

/** Present value of a figure: a number of living cores, of units or of bits; of `widths.weightBits` the widest. */
export function figureOf(target: Target, figure: TargetFigure): number {
  if (figure === 'mesh') return livingCoreCount(target);
  if (figure === 'widths.packetBits') return packetBitsOf(target);
  if (figure === 'widths.weightBits') return Math.max(...target.widths.weightBits);
  const [group, name] = figure.split('.') as ['limits', LimitName] | ['widths', WidthName];
  return group === 'limits' ? target.limits[name] : target.widths[name];
}

/** Largest value of a figure that any target can have. */
export function largestFigure(figure: Exclude<TargetFigure, 'mesh'>): number {
  if (figure === 'widths.weightBits') return 8;
  const [group, name] = figure.split('.') as ['limits', LimitName] | ['widths', WidthName];
  const { shape } = targetSchema;
  if (figure === 'widths.packetBits') return shape.widths.shape.packetBits.unwrap().maxValue!;
  return (group === 'limits' ? shape.limits.shape[name] : shape.widths.shape[name]).maxValue!;
}

/**
 * The target with one figure raised: at least `needed` living cores, weights of `needed` bit too, or just `needed`.
 *
 * @returns undefined where no target can have so much
 */
export function raiseFigure(target: Target, figure: TargetFigure, needed: number): Target | undefined {
  if (figure === 'mesh') {
    const mesh = meshOf(target, needed);
    return mesh && { ...target, mesh };
  }
  if (needed > largestFigure(figure)) return undefined;
  if (figure === 'widths.weightBits') {
    const weightBits = [...new Set([...target.widths.weightBits, needed as 1 | 2 | 4 | 8])].sort((a, b) => a - b);
    return { ...target, widths: { ...target.widths, weightBits } };
  }
  const [group, name] = figure.split('.') as ['limits' | 'widths', string];
  return { ...target, [group]: { ...target[group], [name]: needed } };
}

/**
 * The least value of a figure, from that of the target up, with which something was seen to fit; one more than any target can
 * have where there is none.
 */
export function leastThatFits(
  target: Target,
  figure: Exclude<TargetFigure, 'mesh' | 'widths.weightBits'>,
  fits: (target: Target) => boolean,
): number {
  const fitsWith = (value: number): boolean => {
    const raised = raiseFigure(target, figure, value);
    return raised !== undefined && fits(raised);
  };
  let low = figureOf(target, figure);
  if (fitsWith(low)) return low;
  let high = largestFigure(figure);
  if (!fitsWith(high)) return high + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fitsWith(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The smallest mesh with so many living cores that holds the present one; of several the squarest. Of a grid of chips every
 * chip becomes larger. Tiles that are dead beyond the present mesh are dead in the larger one.
 */
function meshOf(target: Target, cores: number): Target['mesh'] | undefined {
  const { mesh, chips } = target;
  const [stepX, stepY] = [chips?.width ?? 1, chips?.height ?? 1];
  const living = (m: Target['mesh']) => livingCoreCount({ ...target, mesh: m });
  const area = (m: Target['mesh']) => m.width * m.height;
  const skew = (m: Target['mesh']) => Math.abs(m.width - m.height);
  let best: Target['mesh'] | undefined;
  for (let { width } = mesh; width <= LARGEST_SIDE; width += stepX) {
    let { height } = mesh;
    // What is missing are at least so many tiles: more where dead ones come in with them.
    while (height <= LARGEST_SIDE && living({ width, height }) < cores) {
      const missing = (cores - living({ width, height })) / target.coresPerTile;
      height += stepY * Math.ceil(missing / width / stepY);
    }
    if (height > LARGEST_SIDE) continue;
    const next = { width, height };
    if (best === undefined || area(next) < area(best) || (area(next) === area(best) && skew(next) < skew(best)))
      best = next;
  }
  return best;
}

/**
 * A raised figure as an order: `set limits.axons of the target to 9`.
 *
 * @param least whether more may be needed
 */
export function raisingText(raised: Target, figure: TargetFigure, needed: number, least = false): string {
  const to = least ? 'to at least' : 'to';
  if (figure === 'mesh') return `set mesh of the target ${to} ${raised.mesh.width}×${raised.mesh.height} tiles`;
  if (figure === 'widths.weightBits') return `add ${needed} to widths.weightBits of the target`;
  return `set ${figure} of the target ${to} ${needed}`;
}

/** A misfit as a pass finds it. */
export interface MisfitReport {
  readonly code: DiagnosticCode;
  /** Says what needs how much, and how much there is. */
  readonly message: string;
  readonly figure: TargetFigure;
  readonly needed: number;
  /** Where it is not the figure of the target itself. */
  readonly available?: number;
  readonly place?: Place;
  /** What to change in the network or the options. */
  readonly remedy: string;
}

/**
 * Fails because a figure of the target is too small. The remedy gets the least value that could do, where a target can
 * have it; `snnc check` finds values that were seen to do.
 *
 * @throws DiagnosticError always
 */
export function failMisfit(target: Target, report: MisfitReport): never {
  const { code, message, figure, needed, place, remedy } = report;
  const raised = raiseFigure(target, figure, needed);
  const misfit: Misfit = { figure, needed, available: report.available ?? figureOf(target, figure) };
  const text = raised === undefined ? remedy : `${remedy}, or ${raisingText(raised, figure, needed, true)}`;
  throw new DiagnosticError([{ ...diagnostic(code, message, place, text), misfit }]);
}
