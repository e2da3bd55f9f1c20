import { AS_TRAINED, type BuildRecord } from '../isa/index.ts';
import { renderCandidatesText } from './candidates-text.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, formatSi, plural, printable } from './format.ts';
import { renderLedgerText } from './ledger-text.ts';
import { renderMappingText } from './mapping-text.ts';
import { renderRoundingText } from './rounding-text.ts';
import { hasWidths, renderWidthsText } from './widths-text.ts';
import { colours, renderTable, type TextStyle } from './table.ts';
import { termsLine } from './terms/index.ts';
import { nameText } from './wrap.ts';

const right = { align: 'right' } as const;

const TERMS_LINE = termsLine('km1', 'tick', 'V bits', 'unevenness', 'Jin energy');

/**
 * The readable form of a build record: what the network became, and how full the cores are.
 *
 * @param file the chip file that was written; undefined where none was
 */
export function renderBuildText(record: BuildRecord, style: TextStyle, file: string | undefined): string {
  const chalk = colours(style);
  const { mapping, chip, layers } = record;
  const seconds = Object.values(record.seconds).reduce((sum, part) => sum + part, 0);
  const sections = [
    [
      `${chalk.bold(printable(record.network))} ${chalk.green('fits')} ${printable(record.target)}: ${formatCount(mapping.cores)} of ${plural(mapping.coresAvailable, 'core')}, ${plural(
        layers.reduce((sum, layer) => sum + layer.neurons, 0),
        'neuron',
      )}`,
      `  ${conversionText(record, style)}`,
    ].join('\n'),
    ...(record.candidates === undefined || record.candidates.length === 0
      ? []
      : [renderCandidatesText(record.candidates, style)]),
    layerTable(record, style),
    ...(hasWidths(layers) ? [renderWidthsText(layers, style)] : []),
    renderMappingText(mapping, style),
    ...(record.ledger === null ? [] : [renderLedgerText(record.ledger, style)]),
    ...(record.rounding === undefined ? [] : [renderRoundingText(record.rounding, style)]),
    file === undefined
      ? [`a chip file of ${formatSi(chip.bytes, 'B')} would be written (${formatSi(seconds, 's')})`, TERMS_LINE].join(
          '\n',
        )
      : [
          `wrote ${chalk.bold(printable(file))}: ${plural(chip.bytes, 'byte')}, sha256 ${chip.sha256.slice(0, 12)}, ${plural(chip.selfTestSamples, 'self-test sample')} (${formatSi(seconds, 's')})`,
          `  next: snnemu ${record.conversion.ticks === 0 ? 'stream' : 'run'} ${printable(file)}`,
          TERMS_LINE,
        ].join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** When a network answers, and where its neurons came from. */
function conversionText({ conversion, layers }: BuildRecord, style: TextStyle): string {
  const { mode, lead, shiftWindow, code, correct, window, ticks, threshold, per, calibrationSamples, annMacs, levels } =
    conversion;
  const perInference = `${plural(ticks, 'tick')} per inference`;
  const samples = calibrationSamples === 0 ? '' : ` from ${plural(calibrationSamples, 'calibration sample')}`;
  if (mode === AS_TRAINED) {
    const converted =
      levels === undefined
        ? 'neurons as trained, nothing converted'
        : `populations as trained, conventional layers with ${plural(levels, 'level')} where they were trained without; thresholds ${threshold} per ${per}${samples}`;
    // What an input causes in the step in which it comes leaves as many ticks later as the last layer is behind it.
    const late = layers.at(-1)?.depth ?? 0;
    const length =
      ticks === 0
        ? `without an end: a step a tick, spikes of the output leave ${late === 0 ? 'in the tick of their step' : `${plural(late, 'tick')} after it`}`
        : `${plural(window, 'step')} in ${perInference}`;
    return `${length}; ${converted}`;
  }
  const how = [
    `mode ${mode}`,
    ...(lead === undefined ? [] : [`lead ${plural(lead, 'tick')}`]),
    ...(shiftWindow === undefined ? [] : [`shift for T = ${shiftWindow}`]),
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(correct === 'none' ? [] : [`correct ${correct}`]),
  ];
  return `${how.join(', ')}, T = ${window}${ownWindows(layers, window, style)}, ${perInference}; thresholds ${threshold} per ${per}${samples}; ${plural(annMacs, 'mac')} in the conventional network`;
}

/** T of the layers that have another one than the network. */
function ownWindows(layers: BuildRecord['layers'], window: number, style: TextStyle): string {
  const own = layers.filter((layer) => layer.window !== undefined && layer.window !== window);
  return own.length === 0
    ? ''
    : ` (${own.map((layer) => `${nameText(layer.name, style)} ${layer.window!}`).join(', ')})`;
}

function layerTable({ layers, mapping, conversion }: BuildRecord, style: TextStyle): string {
  const limits: Readonly<Record<string, number>> = mapping.limits;
  // Only calibration can tell that a channel is silent.
  const calibrated = conversion.mode !== AS_TRAINED;
  const fullest = ({ use }: BuildRecord['layers'][number]): string => {
    const [name, share] = (['neurons', 'axons', 'synapseBits'] as const)
      .map((limit) => [limit, use[limit] / (limits[limit] ?? Infinity)] as const)
      .reduce((most, next) => (next[1] > most[1] ? next : most));
    return `${formatPercent(share, 0)} ${NAMES[name]}`;
  };
  return renderTable(
    [
      { title: 'layer', names: true },
      { title: 'shape' },
      { title: 'neurons', ...right },
      { title: 'cores', ...right },
      { title: 'fullest memory', ...right },
      { title: 'weights', ...right },
      { title: 'became 0', ...right },
      { title: 'V bits', ...right },
      ...(calibrated ? [{ title: 'silent channels', ...right }] : []),
    ],
    layers.map((layer) => [
      printable(layer.name),
      layer.shape.join('×'),
      formatCount(layer.neurons),
      formatCount(layer.cores.length) + (layer.sharedCores === 0 ? '' : ` (${formatCount(layer.sharedCores)} shared)`),
      fullest(layer),
      formatCount(layer.weights),
      formatPercent(layer.weights === 0 ? 0 : layer.zeroedWeights / layer.weights, 1),
      `${layer.bitsNeeded} of ${layer.bitsAvailable}`,
      ...(calibrated ? [formatCount(layer.deadChannels)] : []),
    ]),
    style,
    LEFT_OUT_FIRST.layers,
  );
}

const NAMES = { neurons: 'neurons', axons: 'axons', synapseBits: 'synapses' } as const;
