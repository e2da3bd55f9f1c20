/** What a fit is looked for: a network that can be built again and again, with other options. */
import { requireSameMachine, type Shape } from '../../isa/index.ts';
import { buildCalibrated, type BuildResult, buildTrained } from '../build.ts';
import type { LayerIndex } from '../ir/layers.ts';
import type { BuildOptions, BuildRequest } from '../options.ts';
import type { PassRunner } from '../pass-runner.ts';
import { requireNeurons } from '../passes/assign/too-many-cores.ts';
import type { TrainedNetwork } from '../ann/network.ts';
import { joinLayers } from '../passes/join-layers.ts';
import { type Calibrated, type CalibratedConventional, withThresholds } from '../stages.ts';

/** A layer as a search for changes sees it. */
interface LayerSize {
  readonly name: string;
  readonly shape: Shape;
  readonly branches: readonly { readonly source: LayerIndex }[];
}

export interface Subject {
  readonly name: string;
  readonly options: BuildOptions;
  /** undefined where window, mode and layers are what the network file says. */
  readonly conventional: CalibratedConventional | undefined;
  readonly layers: readonly LayerSize[];
  /** @throws DiagnosticError for every fault of the fit */
  readonly build: (options: BuildOptions, run: PassRunner) => Promise<BuildResult>;
}

/** A network of layers, from where it is calibrated on. */
export function calibratedSubject(calibrated: Calibrated): Subject {
  const { level } = calibrated;
  const { graph } = level.formed;
  return {
    name: level.ann.name,
    options: level.options,
    conventional: calibrated.kind === 'conventional' ? calibrated : undefined,
    layers: graph.layers,
    build: async (options, run) => {
      requireSameMachine(options.target);
      requireNeurons(graph, options.target);
      return buildCalibrated(await calibratedWith(calibrated, options, run), options, run);
    },
  };
}

/** Thresholds are chosen for a mode and a window: what a build with other ones would choose. */
async function calibratedWith(calibrated: Calibrated, options: BuildOptions, run: PassRunner): Promise<Calibrated> {
  const { mode, window } = calibrated.level.options;
  const same = options.mode === mode && options.window === window;
  return calibrated.kind !== 'conventional' || same ? calibrated : withThresholds(calibrated, options, run);
}

/** A network of populations, from where it has been read on. */
export function trainedSubject(request: BuildRequest, network: TrainedNetwork): Subject {
  const { populations } = joinLayers(network, request.options.window);
  return {
    name: network.name,
    options: request.options,
    conventional: undefined,
    layers: populations.map(({ name, shape, connections }) => ({ name, shape, branches: connections })),
    build: (options, run) => {
      requireSameMachine(options.target);
      requireNeurons({ layers: populations }, options.target);
      return buildTrained({ ...request, options }, network, run);
    },
  };
}
