/** Records → the tables that `--csv` writes. Units are in the names of the columns; what is not known is empty. */
import type { BuildRecord, CompareRecord, InspectRecord, NocRecord, RunRecord, TuneRecord } from '../isa/index.ts';
import { type CellValue, type DataColumn, type DataTable, typeOfTexts } from './data-table.ts';

/** A column, and what a row has of it. */
type Cells<T> = Readonly<Record<string, readonly [type: DataColumn['type'], of: (row: T) => CellValue]>>;

function tableOf<T>(rows: readonly T[], cells: Cells<T>): DataTable {
  const entries = Object.entries(cells);
  return {
    columns: entries.map(([name, [type]]) => ({ name, type })),
    rows: rows.map((row) => entries.map(([, [, of]]) => of(row))),
  };
}

/** Of a run or an evaluation: a line a layer, counts of all inferences. */
export const runTable = ({ perLayer, chip, inferences }: RunRecord): DataTable =>
  tableOf(perLayer, {
    layer: ['text', ({ name }) => name],
    neurons: ['integer', ({ neurons }) => neurons],
    cores: ['integer', ({ cores }) => cores],
    spikes: ['integer', ({ spikes }) => spikes],
    spikePayload: ['integer', ({ spikePayload }) => spikePayload],
    synops: ['integer', ({ synops }) => synops],
    macs: ['integer', ({ macs }) => macs],
    synapseBitsRead: ['integer', ({ synapseBitsRead }) => synapseBitsRead],
    spikesPerNeuronTick: ['number', ({ rate }) => rate],
    inferences: ['integer', () => inferences],
    chipSha256: ['text', () => chip.sha256],
  });

/** A line a layer. */
export const buildTable = ({ layers, chip }: BuildRecord): DataTable =>
  tableOf(layers, {
    layer: ['text', ({ name }) => name],
    channels: ['integer', ({ shape }) => shape[0]],
    height: ['integer', ({ shape }) => shape[1]],
    width: ['integer', ({ shape }) => shape[2]],
    firstTick: ['integer', ({ depth }) => depth],
    neurons: ['integer', ({ neurons }) => neurons],
    weights: ['integer', ({ weights }) => weights],
    weightBits: ['integer', ({ weightBits }) => weightBits],
    zeroedWeights: ['integer', ({ zeroedWeights }) => zeroedWeights],
    deadChannels: ['integer', ({ deadChannels }) => deadChannels],
    thresholdLowest: ['number', ({ thresholdFloat }) => thresholdFloat?.[0]],
    thresholdHighest: ['number', ({ thresholdFloat }) => thresholdFloat?.[1]],
    neuronsOfACore: ['integer', ({ use }) => use.neurons],
    axonsOfACore: ['integer', ({ use }) => use.axons],
    synapseBitsOfACore: ['integer', ({ use }) => use.synapseBits],
    chipSha256: ['text', () => chip.sha256],
  });

/** A line a core in use. */
export const inspectTable = ({ cores, sha256 }: Pick<InspectRecord, 'cores' | 'sha256'>): DataTable =>
  tableOf(cores, {
    core: ['integer', ({ core }) => core],
    tile: ['integer', ({ tile }) => tile],
    layers: ['text', ({ layers }) => layers.map(({ name }) => name).join(' ')],
    neurons: ['integer', ({ neurons }) => neurons],
    axons: ['integer', ({ axons }) => axons],
    axonGroups: ['integer', ({ axonGroups }) => axonGroups],
    delaySlots: ['integer', ({ delaySlots }) => delaySlots],
    synapseBits: ['integer', ({ synapseBits }) => synapseBits],
    programWords: ['integer', ({ programWords }) => programWords],
    parameters: ['integer', ({ parameters }) => parameters],
    sinkRows: ['integer', ({ sinkRows }) => sinkRows],
    sinkListWords: ['integer', ({ sinkListWords }) => sinkListWords],
    chipSha256: ['text', () => sha256],
  });

/** A line a run. */
export const compareTable = ({ runs }: CompareRecord): DataTable =>
  tableOf(runs, {
    mark: ['text', ({ mark }) => mark],
    file: ['text', ({ file }) => file],
    network: ['text', ({ chip }) => chip.network],
    target: ['text', ({ chip }) => chip.target],
    window: ['integer', ({ chip }) => chip.window],
    cores: ['integer', ({ chip }) => chip.cores],
    neurons: ['integer', ({ chip }) => chip.neurons],
    inferences: ['integer', ({ inferences }) => inferences],
    accuracy: ['number', ({ accuracy }) => accuracy?.top1],
    accuracyLow95: ['number', ({ accuracy }) => accuracy?.ci95[0]],
    accuracyHigh95: ['number', ({ accuracy }) => accuracy?.ci95[1]],
    floatAccuracy: ['number', ({ accuracy }) => accuracy?.floatTop1],
    energyJ: ['number', ({ energy }) => energy.joulePerInference],
    energyPartial: ['truth', ({ energy }) => energy.partial],
    energyAssumed: ['truth', ({ energy }) => energy.assumed],
    latencyMedianS: ['number', ({ latency }) => latency?.medianSeconds],
    latencyWorstS: ['number', ({ latency }) => latency?.worstSeconds],
    latencyMedianCycles: ['number', ({ latency }) => latency?.medianCycles],
    synopsPerInference: ['number', ({ synopsPerInference }) => synopsPerInference],
    spikesPerInference: ['number', ({ spikesPerInference }) => spikesPerInference],
    standing: ['text', ({ standing }) => standing.status],
    chipSha256: ['text', ({ chip }) => chip.sha256],
    dataSha256: [
      'text',
      ({ origin }) => origin?.inputs.find(({ option }) => option === 'data' || option === 'input')?.sha256,
    ],
  });

/** One line: what was measured. */
export const nocTable = (record: NocRecord): DataTable =>
  tableOf([record], {
    target: ['text', ({ target }) => target],
    meshWidth: ['integer', ({ mesh }) => mesh.width],
    meshHeight: ['integer', ({ mesh }) => mesh.height],
    traffic: ['text', ({ traffic }) => traffic],
    hotspots: ['text', ({ hotspots }) => hotspots?.join(' ')],
    bufferFlits: ['integer', ({ bufferFlits }) => bufferFlits],
    sinks: ['text', ({ sinks }) => sinks],
    seed: ['integer', ({ seed }) => seed],
    cycles: ['integer', ({ cycles }) => cycles],
    offeredPacketsPerNodeCycle: ['number', ({ offeredRate }) => offeredRate],
    acceptedPacketsPerNodeCycle: ['number', ({ acceptedRate }) => acceptedRate],
    latencyMeanCycles: ['number', ({ latencyMean }) => latencyMean],
    latencyMinCycles: ['number', ({ latencyMin }) => latencyMin],
    latencyMaxCycles: ['number', ({ latencyMax }) => latencyMax],
    hopsMean: ['number', ({ hopsMean }) => hopsMean],
  });

/** A line a point; an option can be called as a figure is. */
export function tuneTable({ points }: TuneRecord): DataTable {
  type Point = TuneRecord['points'][number];
  const names = [...new Set(points.flatMap(({ varied }) => Object.keys(varied)))];
  const options = names.map(
    (name) =>
      [
        `option:${name}`,
        [typeOfTexts(points.map(({ varied }) => varied[name])), ({ varied }: Point) => varied[name]],
      ] as const,
  );
  const figure =
    (of: (point: Point) => CellValue) =>
    (point: Point): CellValue =>
      point.samples === 0 ? undefined : of(point);
  return tableOf<Point>(points, {
    point: ['integer', ({ point }) => point],
    ...Object.fromEntries(options),
    verdict: ['text', ({ verdict }) => verdict],
    standing: ['text', ({ front }) => front],
    samples: ['integer', ({ samples }) => samples],
    lossPoints: ['number', figure(({ lossPoints }) => lossPoints.mean)],
    lossPointsLow: ['number', figure(({ lossPoints }) => lossPoints.low)],
    lossPointsHigh: ['number', figure(({ lossPoints }) => lossPoints.high)],
    energyJ: ['number', figure(({ energyJ }) => energyJ.mean)],
    energyLowJ: ['number', figure(({ energyJ }) => energyJ.low)],
    energyHighJ: ['number', figure(({ energyJ }) => energyJ.high)],
    energyPartial: ['truth', figure(({ energyPartial }) => energyPartial)],
    latencyMeanS: ['number', figure(({ latency }) => latency.meanSeconds)],
    latencyWorstS: ['number', figure(({ latency }) => latency.worstSeconds)],
    cores: ['integer', figure(({ cores }) => cores)],
    chipSha256: ['text', ({ chipSha256 }) => chipSha256],
    diagnostic: ['text', ({ diagnostics }) => diagnostics?.[0]?.code],
    message: ['text', ({ diagnostics }) => diagnostics?.[0]?.message],
  });
}
