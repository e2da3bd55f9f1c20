"""What NeuroBench's own harness says of a small spiking network with whole weights: writes harness.json beside this file.

pip install neurobench==2.3.0 snntorch==1.0.0 torch==2.3.1; python harness.py
The network fires on the chip as it does here: integrate and fire, V > threshold, reset by subtraction, weights of 8 bit.
"""
import json
import pathlib
import random

import snntorch
import torch
from neurobench.benchmarks import Benchmark
from neurobench.metrics.static import ConnectionSparsity
from neurobench.metrics.workload import (
    ActivationSparsity,
    ActivationSparsityByLayer,
    ClassificationAccuracy,
    SynapticOperations,
)
from neurobench.models import SNNTorchModel
from torch.utils.data import DataLoader, TensorDataset

STEPS, SAMPLES, SIDE, CLASSES = 8, 6, 6, 4
THRESHOLDS = {"edges": 4, "groups": 3, "hidden": 3}


def neurons(threshold):
    return snntorch.Leaky(beta=1.0, threshold=float(threshold), reset_mechanism="subtract", init_hidden=True)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 4, 3, padding=1, bias=False)
        self.edges = neurons(THRESHOLDS["edges"])
        self.conv2 = torch.nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), groups=2, bias=False)
        self.groups = neurons(THRESHOLDS["groups"])
        self.dense1 = torch.nn.Linear(6 * 3 * 5, 10, bias=False)
        self.hidden = neurons(THRESHOLDS["hidden"])
        self.dense2 = torch.nn.Linear(10, CLASSES, bias=False)
        self.total = 0

    def reset(self):
        self.total = 0
        snntorch.utils.reset(self)

    def forward(self, x):
        x = self.edges(self.conv1(x))
        x = self.groups(self.conv2(x))
        x = self.hidden(self.dense1(x.flatten(1)))
        self.total = self.total + self.dense2(x)
        return self.total, None


draw = random.Random(7)
network = Network()
for name, parameter in network.named_parameters():
    values = [draw.choice([0, 0, -1, 1, 2, -2, 3]) for _ in range(parameter.numel())]
    parameter.data = torch.tensor(values, dtype=torch.float32).reshape(parameter.shape)


def results(most):
    shape = (SAMPLES, STEPS, 1, SIDE, SIDE)
    values = [draw.choice([0, 0, 0, *range(1, most + 1)]) for _ in range(SAMPLES * STEPS * SIDE * SIDE)]
    for at in range(0, len(values), 2 * SIDE * SIDE):  # a step of ones at most, so that both kinds of call occur
        values[at : at + SIDE * SIDE] = [min(1, value) for value in values[at : at + SIDE * SIDE]]
    samples = torch.tensor(values, dtype=torch.float32).reshape(shape)
    labels = torch.tensor([draw.randrange(CLASSES) for _ in range(SAMPLES)])
    benchmark = Benchmark(
        SNNTorchModel(network),
        DataLoader(TensorDataset(samples, labels), batch_size=1),
        [],
        [lambda outputs: outputs[:, -1].argmax(-1)],
        [
            [ConnectionSparsity],
            [ClassificationAccuracy, ActivationSparsity, ActivationSparsityByLayer, SynapticOperations],
        ],
    )
    with torch.no_grad():
        answer = benchmark.run(quiet=True)
        answer["ActivationSparsityByLayer"] = dict(answer["ActivationSparsityByLayer"])
    return {"most": most, "samples": values, "labels": labels.tolist(), "results": answer}


weights = {name.split(".")[0]: [int(w) for w in p.flatten()] for name, p in network.named_parameters()}
runs = [results(1), results(3)]
document = {"steps": STEPS, "side": SIDE, "thresholds": THRESHOLDS, "weights": weights, "runs": runs}
text = json.dumps(document, separators=(",", ":"))
pathlib.Path(__file__).with_name("harness.json").write_text(text + "\n")
for run in runs:
    print(json.dumps(run["results"]))
