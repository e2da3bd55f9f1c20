/** What the page begins with: the network and the digits of examples/mnist. */
import calibrationImages from '../../examples/mnist/calibration-images-idx3-ubyte.gz';
import calibrationLabels from '../../examples/mnist/calibration-labels-idx1-ubyte.gz';
import digitImages from '../../examples/mnist/digits-images-idx3-ubyte.gz';
import digitLabels from '../../examples/mnist/digits-labels-idx1-ubyte.gz';
import network from '../../examples/mnist/mnist_cnn_th.onnx';
import type { DataFiles, NamedFile } from '../messages.ts';
import { NO_SETTINGS, type Settings } from '../settings.ts';

export const EXAMPLE_NETWORK: NamedFile = { name: 'mnist_cnn_th.onnx', bytes: network };
export const EXAMPLE_CALIBRATION: DataFiles = {
  data: { name: 'calibration-images-idx3-ubyte.gz', bytes: calibrationImages },
  labels: { name: 'calibration-labels-idx1-ubyte.gz', bytes: calibrationLabels },
};
export const EXAMPLE_DIGITS: DataFiles = {
  data: { name: 'digits-images-idx3-ubyte.gz', bytes: digitImages },
  labels: { name: 'digits-labels-idx1-ubyte.gz', bytes: digitLabels },
};
/** One mode and few samples, so that the first chip is there after seconds. */
export const EXAMPLE_SETTINGS: Settings = {
  ...NO_SETTINGS,
  mode: 'default',
  T: '8',
  scale: '255',
  'calibrate-limit': '40',
};
