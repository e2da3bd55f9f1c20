/** The networks of the benchmark, layer by layer. */
import { Sketch } from './quotient.mjs';

/** 1×28×28, valid convolutions. */
export function lenet() {
  const net = new Sketch(1, 28, 28).convolution(6, 5, { pad: 0 }).pool(2).convolution(16, 5, { pad: 0 }).pool(2);
  return net.dense(120).dense(84).dense(10).layers;
}

/** 3×32×32, a quarter of the channels of a small VGG. */
export function vggQuarter() {
  const net = new Sketch(3, 32, 32).convolution(16, 3).convolution(16, 3).pool(2);
  return net.convolution(32, 3).convolution(32, 3).pool(2).convolution(64, 3).pool(2).dense(64).dense(10).layers;
}

/** VGG-16 for 3×32×32 (Simonyan and Zisserman 2014, with one hidden dense layer of 512). */
export function vgg16() {
  const net = new Sketch(3, 32, 32);
  for (const [channels, repeats] of [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ]) {
    for (let k = 0; k < repeats; k++) net.convolution(channels, 3);
    net.pool(2);
  }
  return net.dense(512).dense(10).layers;
}

/** MobileNet v1 (Howard et al. 2017) for 3×224×224. */
export function mobileNet() {
  const net = new Sketch(3, 224, 224).convolution(32, 3, { stride: 2 });
  for (const [channels, stride] of [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array.from({ length: 5 }, () => [512, 1]),
    [1024, 2],
    [1024, 1],
  ])
    net.depthwise(3, stride).convolution(channels, 1);
  return net.pool(7).dense(1000).layers;
}

/** ResNet-18 (He et al. 2015) for 3×224×224; its first pooling averages, as the compiler wants. */
export function resNet18() {
  const net = new Sketch(3, 224, 224).convolution(64, 7, { stride: 2 }).pool(3, 2, 1);
  for (const channels of [64, 128, 256, 512])
    for (let block = 0; block < 2; block++) {
      const entry = net.last;
      const stride = channels > 64 && block === 0 ? 2 : 1;
      net.convolution(channels, 3, { stride }).convolution(channels, 3).skipFrom(entry);
    }
  return net.pool(7).dense(1000).layers;
}

/** Ten 3×3 convolutions of 12 channels on 92×92: a million neurons, a hundred million synapses. */
export function millionConvolution() {
  const net = new Sketch(3, 92, 92);
  for (let k = 0; k < 10; k++) net.convolution(12, 3);
  return net.layers;
}
