/** What a NIR graph leaves open, settled: by what was asked for, by traces of its exporter, or by its equations. */
import { fail, option } from '../../../isa/index.ts';
import type { Timing } from '../options.ts';
import { familyOf, READ_OUT } from './families.ts';
import { type NirNode, valuesOf } from './fields.ts';
import { traceOf } from './origin.ts';
import {
  allowsSeveral,
  askedOf,
  askedParts,
  LEAK_BITS,
  type NirOrigin,
  type NirRule,
  originOf,
  ruleText,
  USUAL_STEP,
  WRITTEN_LEAK_BITS,
} from './rules.ts';

/** Nodes that a text names one by one. */
const MOST_NAMES = 8;

export interface Discretised {
  /** Length of a step in the unit of the file. */
  readonly dt: number;
  readonly ruleOf: (node: NirNode) => NirRule;
  /** Whether decays beyond 0 to 1 are clipped to them. */
  readonly clips: boolean;
  /** Whether a padding of windows is that of both sides together: SAME of Spyx. */
  readonly paddingOfBoth: boolean;
  /** Field that V is at the start; undefined: 0. */
  readonly startsAt: 'v_leak' | 'v_reset' | undefined;
  /** Of the factor that a state is kept by. */
  readonly leakBits: number;
  /** Steps from a spike, and from the input, to where it is heard, beside Delay nodes. */
  readonly delay: number;
  readonly inputDelay: number;
  /** Of neurons that nothing resets. Spyx compares others before they hear a step, and these behind it. */
  readonly thresholdDelay: number;
  /** Beside these, of what leads to states that never fire. */
  readonly stateDelay: number;
  /** What was taken and why, for the user. */
  readonly said: readonly { readonly message: string; readonly remedy: string | undefined }[];
  /** The same for the record, by option. */
  readonly taken: Readonly<Record<string, string | number>>;
}

/**
 * @param nodes the neurons of the graph
 * @param known of a graph that was written here, whose equations are meant word for word, its step; who alone draws such graphs
 * @throws DiagnosticError E0103 for options that contradict each other
 */
export function discretised(
  nodes: readonly NirNode[],
  { dt: asked, rules = {} }: Pick<Timing, 'dt' | 'rules'>,
  { writtenStep, drawnBy }: { readonly writtenStep: number | undefined; readonly drawnBy: NirOrigin | undefined },
): Discretised {
  const trace = writtenStep === undefined ? traceOf(nodes, drawnBy) : undefined;
  const name = rules.origin ?? trace?.origin;
  const origin = originOf(name);
  const dt = asked ?? writtenStep ?? trace?.dt ?? origin.dt ?? USUAL_STEP;
  const partsOf = askedOf(
    nodes.map(({ name: node }) => node),
    rules,
  );
  // What Norse has read of another library it computes by the equations, with a w_in that is none of its own.
  const imported = name === 'norse' && nodes.some((node) => hasOther(node, 'w_in') || hasOther(node, 'r'));
  const ruleOf = (node: NirNode): NirRule => {
    const family = familyOf(node);
    const equated = imported && family === 'CubaLIF' ? EQUATED : {};
    const artefact = name === trace?.origin ? artefactOf(name, node) : {};
    const parts = partsOf[nodes.indexOf(node)];
    return checked({ ...origin.rule(family), ...equated, ...artefact, ...parts }, parts?.spikes);
  };
  const ruled = rulesText(nodes.map((node) => ({ node, text: ruleText(ruleOf(node)) })));
  const [delay, inputDelay] = [rules.delay ?? origin.delay, rules.delay ?? origin.inputDelay];
  const unknown = writtenStep === undefined ? 'nothing tells another' : 'snnc wrote the graph';
  const from = rules.origin !== undefined ? 'asked for' : (trace?.why ?? unknown);
  const changed = [...askedParts(rules), ...(rules.delay === undefined ? [] : ['delay'])];
  const stateDelay = rules.delay === undefined ? (origin.stateDelay ?? 0) : 0;
  const late = lateText({
    delay,
    inputDelay,
    stateDelay: nodes.some(({ type }) => READ_OUT.includes(type)) ? stateDelay : 0,
  });
  const why = `${from}${changed.length === 0 ? '' : `; asked for: ${changed.join(', ')}`}`;
  return {
    ...{ dt, ruleOf, delay, inputDelay, stateDelay, thresholdDelay: name === 'spyx' ? (rules.delay ?? 0) : delay },
    ...{ paddingOfBoth: name === 'spyx', clips: origin.clips === true, startsAt: origin.startsAt },
    ...{ leakBits: writtenStep === undefined ? LEAK_BITS : WRITTEN_LEAK_BITS },
    said: [
      ...(asked === undefined && writtenStep === undefined
        ? [stepText(dt, trace?.dt === undefined ? origin : originOf(trace.origin), trace?.dt ?? origin.dt)]
        : []),
      ...(hasStart(nodes, origin.startsAt)
        ? [{ message: `V is ${origin.startsAt!} at the start, as in ${origin.library}`, remedy: undefined }]
        : []),
      {
        message: `a NIR graph does not say how its neurons compute: as in ${origin.library} (${why}): ${ruled}${late}`,
        remedy:
          rules.origin === undefined
            ? `say who wrote it with ${option('nirOrigin')}, or each part by itself`
            : undefined,
      },
    ],
    taken: {
      nirOrigin: name === undefined ? 'none' : `${name} (${rules.origin === undefined ? 'guessed' : 'asked for'})`,
      nirRule: `${ruled}${late}`,
    },
  };
}

/** By family; where neurons of one have different rules, with the names of the nodes. */
function rulesText(ruled: readonly { readonly node: NirNode; readonly text: string }[]): string {
  const families = new Map<string, Map<string, string[]>>();
  for (const { node, text } of ruled) {
    const rules = families.get(familyOf(node)) ?? new Map<string, string[]>();
    rules.set(text, [...(rules.get(text) ?? []), `"${node.name}"`]);
    families.set(familyOf(node), rules);
  }
  const textOf = (family: string, rules: ReadonlyMap<string, readonly string[]>): string[] =>
    [...rules].map(([text, names]) => {
      const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
      return `${family}${rules.size > 1 ? ` ${names.slice(0, MOST_NAMES).join(', ')}${more}` : ''}: ${text}`;
    });
  return [...families]
    .flatMap(([family, rules]) => textOf(family, rules))
    .sort()
    .join('; ');
}

/** Decays that exporters put into r, which is no gain then: Spyx of all, Rockpool of neurons that hear as they are told. */
const artefactOf = (name: NirOrigin | undefined, { type }: NirNode): Partial<NirRule> =>
  name === 'spyx' || (name === 'rockpool' && type === 'LIF') ? { gain: 'one' } : {};

const lateText = ({
  delay,
  inputDelay,
  stateDelay,
}: Pick<Discretised, 'delay' | 'inputDelay' | 'stateDelay'>): string =>
  [
    delay + inputDelay > 0 && `; delay ${delay} step behind neurons, ${inputDelay} behind the input`,
    stateDelay > 0 && `; delay ${stateDelay} step before I, LI, CubaLI`,
  ]
    .filter((text) => text !== false)
    .join('');

const hasStart = (nodes: readonly NirNode[], field: Discretised['startsAt']): boolean =>
  field !== undefined && nodes.some((node) => valuesOf(node, field)?.some((value) => value !== 0));

const EQUATED = { gain: 'euler' } as const;

/** Whether a field of a neuron with a current has values other than 1. */
const hasOther = (node: NirNode, name: string): boolean =>
  familyOf(node) === 'CubaLIF' && (valuesOf(node, name)?.some((value) => value !== 1) ?? false);

function stepText(dt: number, { library, usualStep }: ReturnType<typeof originOf>, known: number | undefined) {
  if (known !== undefined)
    return {
      message: `a NIR graph does not say how long a step is: ${dt} of the unit of its tau is taken, which ${library} writes`,
      remedy: `say another one with ${option('dt')}`,
    };
  const usual = usualStep === undefined ? '' : `; ${library} steps ${usualStep} s if nothing is said`;
  return {
    message: `a NIR graph does not say how long a step is: ${dt} of the unit of its tau is taken`,
    remedy: `say it with ${option('dt')}: that of the simulator it was trained in, 1 where tau is in steps${usual}`,
  };
}

/** Several spikes in a step, where the rule has them and what was asked for does not stand against it. */
function checked(rule: NirRule, asked: number | undefined): NirRule {
  if (rule.spikes === 1 || allowsSeveral(rule)) return rule;
  if (asked !== undefined)
    fail(
      'E0103',
      `${option('nirSpikes', asked)} needs ${option('nirCompare', 'ge')}, ${option('nirReset', 'subtract')} and ${option('nirResetTime', 'spike')}`,
      undefined,
      'a threshold is taken off for each spike of a step; leave one of them out',
    );
  return { ...rule, spikes: 1 };
}
