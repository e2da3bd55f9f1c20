/** The options of a build whose network is spiking already: what its file says stands in their place. */
import { fail, option } from '../isa/index.ts';
import type { Conversion } from './ir/conversion.ts';
import { rulesText } from './ir/named-rules.ts';
import type { BuildOptions } from './options.ts';
import { perChannel } from './passes/encode-input.ts';
import { thresholdText } from './passes/choose-thresholds.ts';

const REMEDY = 'leave the option out, or convert the original network again';

/**
 * The options with those of the conversion in their place.
 *
 * @throws DiagnosticError E0103 where an option was asked for that contradicts the conversion
 */
export function conversionOptions(options: BuildOptions, conversion: Conversion): BuildOptions {
  const asked = {
    mode: options.mode,
    lead: options.lead,
    shiftWindow: options.shiftWindow,
    window: options.window,
    threshold: thresholdText(options),
    per: options.per,
  };
  for (const name of ['mode', 'lead', 'shiftWindow', 'window', 'threshold', 'per'] as const)
    if (options.stated?.includes(name) === true && asked[name] !== conversion[name])
      disagree(option(name === 'threshold' ? 'rule' : name, asked[name]), `${name} ${conversion[name]}`);
  if (options.levels !== undefined)
    disagree(
      option('levels', rulesText(options.levels)),
      conversion.windows?.join() ?? `window ${conversion.window} for all layers`,
    );
  if (options.correct !== 'none' && options.correct !== conversion.correct)
    disagree(option('correct', options.correct), `correct ${conversion.correct}`);
  if (options.balance && !conversion.balance) disagree(option('balance'), 'no balance');
  const { preprocessing } = options;
  const { input, mode, lead, shiftWindow, window, per, correct, balance } = conversion;
  if (preprocessing !== undefined) {
    const channels = input.mean.length;
    for (const [name, wanted, there] of [
      ['scale', [preprocessing.scale], [input.scale]],
      ['mean', perChannel(preprocessing.mean, channels), input.mean],
      ['std', perChannel(preprocessing.std, channels), input.std],
    ] as const)
      if (wanted.some((value, k) => value !== there[k]))
        disagree(option(name, wanted.join()), `${name} ${there.join()}`);
  }
  const { scale, mean, std } = input;
  const code = options.stated?.includes('code') === true ? options.code : (conversion.code ?? 'unary');
  return {
    ...options,
    choose: undefined,
    code,
    mode,
    lead,
    shiftWindow,
    window,
    per,
    correct,
    balance,
    preprocessing: { scale, mean, std },
  };
}

function disagree(asked: string, recorded: string): never {
  fail('E0103', `${asked} contradicts the network file, which was converted with ${recorded}`, undefined, REMEDY);
}
