import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect } from '@jest/globals';
import type { AnnGraph } from '../../../compiler/ann/ann.ts';
import { AnnEvaluator } from '../../../compiler/engines/evaluate-ann.ts';
import { itShared, sharedPath } from '../../shared.ts';
import { readAnn } from '../../arbitraries/read-ann.ts';

function readModel(name: string): AnnGraph {
  const bytes = readFileSync(sharedPath('models', `${name}.onnx`)!);
  return readAnn(bytes, {
    fileName: `${name}.onnx`,
    readSideFile: () => {
      throw new Error('these models have no side files');
    },
  });
}

/** Images of an IDX file as x/255, and its labels. */
function mnist(): { images: Uint8Array; labels: Uint8Array } {
  const read = (name: string): Uint8Array => gunzipSync(readFileSync(sharedPath('data', 'mnist', name)!));
  return {
    images: read('test-2k-images-idx3-ubyte.gz').subarray(16),
    labels: read('test-2k-labels-idx1-ubyte.gz').subarray(8),
  };
}

function argmax(values: Float64Array): number {
  return values.reduce((best, value, index) => (value > values[best]! ? index : best), 0);
}

function countCorrectMnist(graph: AnnGraph): number {
  const { images, labels } = mnist();
  const evaluator = new AnnEvaluator(graph);
  const x = new Float64Array(784);
  let correct = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    for (let index = 0; index < 784; index++) x[index] = images[sample * 784 + index]! / 255;
    evaluator.run(x);
    if (argmax(evaluator.output(graph.output)) === labels[sample]) correct++;
  }
  return correct;
}

describe('trained models', () => {
  itShared('mnist_cnn_th recognises 1,980 of 2,000 digits in float', () => {
    const graph = readModel('mnist_cnn_th');
    expect(graph.nodes.map((node) => node.op)).toEqual([
      ...['input', 'conv', 'affine', 'relu', 'averagePool', 'conv', 'affine', 'relu', 'averagePool'],
      ...['flatten', 'dense', 'affine', 'relu', 'dense'],
    ]);
    expect(countCorrectMnist(graph)).toBe(1980);
  });

  itShared('mnist_mlp_relu recognises 1,942 of 2,000 digits in float', () => {
    expect(countCorrectMnist(readModel('mnist_mlp_relu'))).toBe(1942);
  });

  // Of all 2,000 pictures it recognises 1,695 (84.75 %), which takes a minute.
  itShared('cifar10_resnet20_th recognises 38 of the first 50 pictures in float', () => {
    const graph = readModel('cifar10_resnet20_th');
    const data = readFileSync(sharedPath('data', 'cifar10', 'test-2k.bin')!);
    const mean = [0.4914, 0.4822, 0.4465];
    const std = [0.247, 0.2435, 0.2616];
    const evaluator = new AnnEvaluator(graph);
    expect(evaluator.macs).toBe(40_813_184);
    const x = new Float64Array(3072);
    let correct = 0;
    for (let sample = 0; sample < 50; sample++) {
      const at = sample * 3073;
      for (let index = 0; index < 3072; index++) {
        const channel = Math.floor(index / 1024);
        x[index] = (data[at + 1 + index]! / 255 - mean[channel]!) / std[channel]!;
      }
      evaluator.run(x);
      if (argmax(evaluator.output(graph.output)) === data[at]) correct++;
    }
    expect(correct).toBe(38);
  });
});
