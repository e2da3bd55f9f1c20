/** Settings of the page as settings of the library. */
import { builtinTargets, loadTarget } from '../../isa/index.ts';
import type { BuildSettings } from '../../library/index.ts';
import { AUTO, FIELD_NAMES, type FieldName, fieldOf, type Settings } from '../settings.ts';

const numbers = (text: string): number[] => text.split(',').map(Number);

/**
 * As settings of the library.
 *
 * @throws DiagnosticError E0103 for sizes that are no target
 */
export function toBuild(settings: Settings): BuildSettings {
  const of = (name: FieldName): string | undefined => (settings[name] === AUTO ? undefined : settings[name]);
  const whole = (name: FieldName): number | undefined => (settings[name] === AUTO ? undefined : Number(settings[name]));
  const [scale, mean, std] = [of('scale'), of('mean'), of('std')];
  const isPrepared = scale !== undefined || mean !== undefined || std !== undefined;
  const sizes = sizesOf(settings);
  const target = builtinTargets().get(of('target') ?? 'edge')!;
  return {
    mode: of('mode') as BuildSettings['mode'],
    code: of('code') as BuildSettings['code'],
    window: whole('T'),
    correct: of('correct') as BuildSettings['correct'],
    weightBits: whole('weight-bits') as BuildSettings['weightBits'],
    calibrationLimit: whole('calibrate-limit'),
    target: sizes.length === 0 ? target : loadTarget({ builtin: target }, treeOf(sizes)).target,
    ...(isPrepared && {
      preprocessing: { scale: Number(scale ?? 1), mean: numbers(mean ?? '0'), std: numbers(std ?? '1') },
    }),
  };
}

/** Paths of a target and what is set there. */
const sizesOf = (settings: Settings): [string, number][] =>
  FIELD_NAMES.flatMap((name): [string, number][] => {
    const { path } = fieldOf(name);
    return path === undefined || settings[name] === AUTO ? [] : [[path, Number(settings[name])]];
  });

function treeOf(paths: readonly (readonly [string, number])[]): Record<string, Record<string, number>> {
  const tree: Record<string, Record<string, number>> = {};
  for (const [path, value] of paths) {
    const [group, name] = path.split('.') as [string, string];
    tree[group] = { ...tree[group], [name]: value };
  }
  return tree;
}
