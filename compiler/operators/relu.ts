/** Rectification, perhaps clipped, perhaps in steps. */
import { z } from 'zod';
import type { NodeBase } from '../ir/ann.ts';
import { common, netForm, number, placeOf } from './shared/net-form.ts';
import type { AnnOperator, BindStep } from './shared/operator.ts';
import { words } from './shared/print.ts';
import { misfit } from './shared/shapes.ts';

/** Under test runners, which run code in contexts of their own, a global is looked up anew at every use. */
const { floor: roundDown } = Math;

/** The most steps of a staircase: beyond, it is a ReLU for every purpose. */
export const MOST_LEVELS = 2 ** 16;

/**
 * y = min(max(x, 0), max); with `levels` the staircase y = max·clip(⌊x·levels/max + ½⌋, 0, levels)/levels (quantised
 * activations of the QCFS kind, Bu et al., ICLR 2022).
 */
export interface ReluNode extends NodeBase {
  readonly op: 'relu';
  /** Clip level; absent = unbounded. */
  readonly max?: number;
  /** Steps of the staircase, which needs `max`; absent = continuous. */
  readonly levels?: number;
}
type Draft = Omit<ReluNode, 'shape'>;

const schema = z.strictObject({
  ...common,
  op: z.literal('relu'),
  max: number.gt(0).optional().describe('clip level; unbounded if absent'),
  levels: z.int().min(1).max(MOST_LEVELS).optional().describe('steps of a staircase up to max; continuous if absent'),
});

export const relu = {
  inputCount: [1, 1],
  infer: (node, inputs) => {
    checkClip(node);
    return inputs[0]!;
  },
  parameters: () => [],
  scratch: () => 0,
  macs: () => 0,
  writesResult: false,
  evaluate,
  ofChannels: (node) => node,
  activation: ({ max = Infinity, levels }) => ({ kind: 'relu', max, ...(levels !== undefined && { levels }) }),
  print: ({ max, levels }) => words(max !== undefined && `max ${max}`, levels !== undefined && `levels ${levels}`),
  net: [
    netForm(schema, ({ max, levels }, { name, inputs }): Draft => ({
      op: 'relu',
      name,
      inputs,
      ...(max !== undefined && { max }),
      ...(levels !== undefined && { levels }),
    })),
  ],
  write: (node) => ({
    op: 'relu',
    ...placeOf(node),
    ...(node.max !== undefined && { max: node.max }),
    ...(node.levels !== undefined && { levels: node.levels }),
  }),
} satisfies AnnOperator<ReluNode, z.infer<typeof schema>>;

function checkClip(node: Draft): void {
  const { max, levels } = node;
  if (max !== undefined && !(max > 0 && Number.isFinite(max))) {
    misfit(node, `is clipped at ${max}; a clip level must be positive and finite`);
  }
  if (levels === undefined) return;
  if (max === undefined) misfit(node, `has ${levels} levels but no clip level`, 'Give the highest level as "max".');
  if (!Number.isInteger(levels) || levels < 1 || levels > MOST_LEVELS) {
    misfit(node, `has ${levels} levels; it must be an integer from 1 to ${MOST_LEVELS}`);
  }
}

function evaluate({ max = Infinity, levels }: ReluNode): BindStep {
  if (levels === undefined)
    return ([x], y) =>
      () => {
        runRelu(max, x!, y);
      };
  return ([x], y) =>
    () => {
      runStaircase(max, levels, x!, y);
    };
}

function runRelu(max: number, x: Float64Array, y: Float64Array): void {
  for (let index = 0; index < y.length; index++) {
    const value = x[index]!;
    y[index] = value > max ? max : value > 0 ? value : 0;
  }
}

function runStaircase(max: number, levels: number, x: Float64Array, y: Float64Array): void {
  for (let index = 0; index < y.length; index++) {
    const level = roundDown((x[index]! * levels) / max + 0.5);
    y[index] = (max * (level > levels ? levels : level > 0 ? level : 0)) / levels;
  }
}
