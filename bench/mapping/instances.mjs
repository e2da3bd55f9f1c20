/** What is partitioned: networks, the limits of their cores, and what the best published tool reaches. */
import { localGraph, uniformGraph } from './graphs.mjs';
import { lenet, millionConvolution, mobileNet, resNet18, vgg16, vggQuarter } from './networks.mjs';
import { quotientOf } from './quotient.mjs';

const SEED = 1;
/** Blocks of the instances without a reference: as many as a search asks for. */
const ANY = 65_535;

/**
 * `reference`: km1 and blocks of KaHyPar on the same hypergraph at the same cap, which knows no limit on in-axons. The
 * search gets as many blocks as it has. `large` instances run only where they are asked for.
 */
export const INSTANCES = {
  lenet: {
    make: () => quotientOf(lenet()),
    limits: { neurons: 256, inAxons: 8192, blocks: 27 },
    reference: { km1: 3556, blocks: 27 },
  },
  'vgg-quarter': {
    make: () => quotientOf(vggQuarter()),
    limits: { neurons: 1024, inAxons: 8192, blocks: 64 },
    reference: { km1: 39_650, blocks: 64 },
  },
  vgg16: {
    make: () => quotientOf(vgg16()),
    limits: { neurons: 1024, inAxons: 8192, blocks: 314 },
    reference: { km1: 651_636, blocks: 314 },
  },
  'mobilenet-v1': { make: () => quotientOf(mobileNet()), limits: { neurons: 4096, inAxons: 16_384, blocks: ANY } },
  'resnet-18': { make: () => quotientOf(resNet18()), limits: { neurons: 4096, inAxons: 16_384, blocks: ANY } },
  random: { make: () => uniformGraph(4096, 16, SEED), limits: { neurons: 256, inAxons: 8192, blocks: ANY } },
  local: { make: () => localGraph(128, 32, 4, 2, SEED), limits: { neurons: 256, inAxons: 8192, blocks: ANY } },
  'convolution-1m': {
    make: () => quotientOf(millionConvolution()),
    limits: { neurons: 1024, inAxons: 8192, blocks: 4096 },
    large: true,
  },
  'local-1m': {
    make: () => localGraph(1000, 100, 8, 2, SEED),
    limits: { neurons: 1024, inAxons: 8192, blocks: 4096 },
    large: true,
  },
  'random-1m': {
    make: () => uniformGraph(1_000_000, 100, SEED),
    limits: { neurons: 1024, inAxons: 8192, blocks: 4096 },
    large: true,
  },
};
