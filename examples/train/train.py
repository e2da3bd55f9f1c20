"""Trains a convolutional network on MNIST that keeps the conditions of mode `paper`, and writes it as ONNX.

The conditions are those of Deng & Gu, "Optimal Conversion of Conventional Artificial Neural Networks to Spiking Neural
Networks" (ICLR 2021): every activation is a threshold ReLU, clip(x, 0, threshold); pooling is average pooling; no layer
has a bias; there is no batch normalisation; pixels are divided by 255 and nothing is subtracted from them, as a mean
would act as a bias of the first layer. `--biases` trains the same network with biases, as a contrast.

    python train.py --images train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz --output network.onnx

The last `--validation` images of the training file are not trained on; what the training prints was measured on them.
The same arguments, versions and kind of machine give the same file: one thread, one seed, deterministic algorithms.
Needs torch and numpy, and onnx, which the exporter of torch imports.
"""

import argparse
import gzip
import math
import sys
from pathlib import Path

import numpy
import torch
from torch import nn

# Channels of the blocks: each is two convolutions of 3x3 and an average pooling of 2x2.
BLOCKS = (8, 16, 32)
CLASSES = 10
SIDE = 28
IDX_IMAGES, IDX_LABELS = 0x803, 0x801


def read_idx(path, magic, dimensions):
    """The array of an IDX file (.gz too); exits with a sentence where it is not one."""
    try:
        raw = Path(path).read_bytes()
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError) as error:
        sys.exit(f"{path}: {error}")
    header = 4 + 4 * dimensions
    if len(content) < header or int.from_bytes(content[:4], "big") != magic:
        sys.exit(f"{path}: no IDX file of {'images' if dimensions == 3 else 'labels'}")
    shape = numpy.frombuffer(content, ">u4", dimensions, 4).astype(int)
    if len(content) != header + math.prod(shape):
        sys.exit(f"{path}: {len(content) - header} bytes of data, its header says {math.prod(shape)}")
    return numpy.frombuffer(content, numpy.uint8, offset=header).reshape(shape)


def read_digits(images, labels):
    """Images [n, 1, 28, 28] of 0 to 1, and their labels [n]."""
    pixels, classes = read_idx(images, IDX_IMAGES, 3), read_idx(labels, IDX_LABELS, 1)
    if pixels.shape[1:] != (SIDE, SIDE):
        sys.exit(f"{images}: images of {pixels.shape[2]} x {pixels.shape[1]} pixels, {SIDE} x {SIDE} are needed")
    if len(pixels) != len(classes):
        sys.exit(f"{images} has {len(pixels)} images, {labels} {len(classes)} labels")
    return torch.from_numpy(pixels.copy()).unsqueeze(1).float() / 255, torch.from_numpy(classes.astype(numpy.int64))


class ThresholdRelu(nn.Module):
    """clip(x, 0, threshold), which becomes Clip in ONNX."""

    def __init__(self, threshold):
        super().__init__()
        self.threshold = threshold

    def forward(self, x):
        return torch.clamp(x, 0.0, self.threshold)


def network(threshold, biases):
    """Six convolutions and a dense layer: images [n, 1, 28, 28] to logits [n, 10]."""
    layers, channels, side = [], 1, SIDE
    for width in BLOCKS:
        for _ in range(2):
            layers += [nn.Conv2d(channels, width, 3, padding=1, bias=biases), ThresholdRelu(threshold)]
            channels = width
        layers.append(nn.AvgPool2d(2))
        side //= 2
    layers += [nn.Flatten(), nn.Linear(channels * side * side, CLASSES, bias=biases)]
    for layer in layers:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            # Without normalisation the variance has to survive the depth: 2 / fan-in is what a ReLU needs for that.
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if biases:
                nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def accuracy(model, images, labels):
    """Share of the images whose largest logit is that of their label."""
    model.eval()
    with torch.no_grad():
        right = sum(int((model(x).argmax(1) == y).sum()) for x, y in zip(images.split(250), labels.split(250)))
    return right / len(labels)


def shifted(images, random):
    """Every image moved by up to two pixels down and across: 10,000 digits are few."""
    padded = nn.functional.pad(images, (2, 2, 2, 2))
    moves = torch.randint(0, 5, (len(images), 2), generator=random)
    return torch.stack([padded[i, :, y : y + SIDE, x : x + SIDE] for i, (y, x) in enumerate(moves.tolist())])


def train(model, images, labels, validation, arguments, random):
    """Adam with a rate that falls along a cosine; prints a line per epoch."""
    steps = arguments.epochs * math.ceil(len(images) / arguments.batch)
    optimizer = torch.optim.Adam(model.parameters(), lr=arguments.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(1, arguments.epochs + 1):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(images), generator=random).split(arguments.batch):
            loss = nn.functional.cross_entropy(model(shifted(images[batch], random)), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        held_out = f", {100 * accuracy(model, *validation):.2f} % of those held out right" if len(validation[1]) else ""
        print(f"epoch {epoch} of {arguments.epochs}: loss {total / len(images):.4f}{held_out}", flush=True)


def write(model, path):
    """ONNX of opset 13 with a batch of any size."""
    model.eval()
    torch.onnx.export(
        model,
        torch.zeros(1, 1, SIDE, SIDE),
        str(path),
        opset_version=13,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}},
    )


def whole(least):
    def parse(text):
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is less than {least}")
        return value

    return parse


def positive(text):
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", required=True, help="IDX file of training images (.gz too)")
    parser.add_argument("--labels", required=True, help="IDX file of their labels")
    parser.add_argument("--test-images", help="IDX file of images that are evaluated once, behind the training")
    parser.add_argument("--test-labels", help="IDX file of their labels")
    parser.add_argument("--output", required=True, help="ONNX file to write")
    parser.add_argument("--biases", action="store_true", help="give every layer a bias: breaks the conditions")
    parser.add_argument("--threshold", type=positive, default=1.0, help="upper end of every activation (1)")
    parser.add_argument("--validation", type=whole(0), default=1000, help="images held out of the training (1000)")
    parser.add_argument("--epochs", type=whole(1), default=10, help="times that every image is seen (10)")
    parser.add_argument("--batch", type=whole(1), default=64, help="images of a step (64)")
    parser.add_argument("--rate", type=positive, default=0.003, help="learning rate at the start (0.003)")
    parser.add_argument("--seed", type=whole(0), default=1, help="of weights, order and shifts (1)")
    arguments = parser.parse_args()
    if (arguments.test_images is None) != (arguments.test_labels is None):
        parser.error("--test-images and --test-labels go together")
    return arguments


def main():
    arguments = parse_arguments()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(arguments.seed)
    random = torch.Generator().manual_seed(arguments.seed)
    images, labels = read_digits(arguments.images, arguments.labels)
    rest = len(labels) - arguments.validation
    if rest < 1:
        sys.exit(f"{arguments.images}: {len(labels)} images, --validation {arguments.validation} leaves none to train on")
    model = network(arguments.threshold, arguments.biases)
    train(model, images[:rest], labels[:rest], (images[rest:], labels[rest:]), arguments, random)
    write(model, arguments.output)
    print(f"wrote {arguments.output}: {Path(arguments.output).stat().st_size:,} bytes")
    if arguments.test_images is not None:
        test = read_digits(arguments.test_images, arguments.test_labels)
        print(f"test: {100 * accuracy(model, *test):.2f} % of {len(test[1])} images right")


if __name__ == "__main__":
    main()
