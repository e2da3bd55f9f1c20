# Writes the NIR graphs of these tests: pip install nir==1.0.7 h5py
import h5py
import nir
import numpy as np

rng = np.random.default_rng(1)
f = lambda *shape: rng.normal(size=shape).astype(np.float32)
full = lambda n, x: np.full(n, x, dtype=np.float64)


def write(name, nodes, edges, **options):
    nir.write(name, nir.NIRGraph(nodes, edges, type_check=False), **options)


# Two leaky neurons: biases, a resting potential, a reset to another value.
lif = nir.LIF(tau=full(2, 1e-3), r=full(2, 2.0), v_leak=full(2, 0.25), v_threshold=full(2, 1.0), v_reset=full(2, -0.5))
write(
    "lif.nir",
    {"input": nir.Input({"input": np.array([3])}), "fc": nir.Affine(np.array([[8.0, 4.0, -2.0], [-8.0, 16.0, 4.0]]), np.array([0.5, -1.0])), "lif": lif, "output": nir.Output({"output": np.array([2])})},
    [("input", "fc"), ("fc", "lif"), ("lif", "output")],
)

# A recurrent layer as a graph of its own, read out by leaky integrators; written without compression.
cuba = nir.CubaLIF(tau_syn=full(4, 2e-4), tau_mem=full(4, 1e-3), r=full(4, 10.0), v_leak=full(4, 0.0), v_threshold=full(4, 1.0), w_in=full(4, 2.0), v_reset=full(4, 0.0))
layer = nir.NIRGraph(
    {"in": nir.Input({"input": np.array([4])}), "lif": cuba, "w_rec": nir.Affine(f(4, 4), f(4)), "out": nir.Output({"output": np.array([4])})},
    [("in", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "out")],
    type_check=False,
)
li = nir.LI(tau=full(2, 5e-3), r=full(2, 1.0), v_leak=full(2, 0.0))
write(
    "recurrent.nir",
    {"input": nir.Input({"input": np.array([3])}), "fc": nir.Linear(f(4, 3)), "layer": layer, "head": nir.Linear(f(2, 4)), "li": li, "output": nir.Output({"output": np.array([2])})},
    [("input", "fc"), ("fc", "layer"), ("layer", "head"), ("head", "li"), ("li", "output")],
    compression=None,
)

# Images: convolution, averages, factors, a delay, and two ways that are added.
write(
    "image.nir",
    {
        "input": nir.Input({"input": np.array([2, 6, 6])}),
        "conv": nir.Conv2d(input_shape=(6, 6), weight=f(3, 2, 3, 3), stride=1, padding=1, dilation=1, groups=1, bias=f(3)),
        "if": nir.IF(r=np.full((3, 6, 6), 1e4), v_threshold=np.full((3, 6, 6), 1.0), v_reset=np.zeros((3, 6, 6))),
        "pool": nir.AvgPool2d(kernel_size=np.array([2, 2]), stride=np.array([2, 2]), padding=np.array([0, 0])),
        "scale": nir.Scale(np.arange(1.0, 28.0).reshape(3, 3, 3)),
        "flat": nir.Flatten({"input": np.array([3, 3, 3])}, start_dim=0, end_dim=-1),
        "delay": nir.Delay(np.full(27, 3e-4)),
        "fc": nir.Affine(f(4, 27), f(4)),
        "skip": nir.Linear(f(4, 72)),
        "flat2": nir.Flatten({"input": np.array([2, 6, 6])}, start_dim=0, end_dim=-1),
        "end": nir.LIF(tau=full(4, 1e-3), r=full(4, 1.0), v_leak=full(4, 0.0), v_threshold=full(4, 1.0), v_reset=full(4, 0.0)),
        "output": nir.Output({"output": np.array([4])}),
    },
    [("input", "conv"), ("conv", "if"), ("if", "pool"), ("pool", "scale"), ("scale", "flat"), ("flat", "delay"), ("delay", "fc"), ("fc", "end"), ("input", "flat2"), ("flat2", "skip"), ("skip", "end"), ("end", "output")],
)

# Sequences: a convolution over one axis, with padding "same", in the newest form of HDF5 files that h5py writes.
write(
    "sequence.nir",
    {"input": nir.Input({"input": np.array([2, 8])}), "conv": nir.Conv1d(input_shape=8, weight=f(3, 2, 3), stride=1, padding="same", dilation=1, groups=1, bias=f(3)), "i": nir.I(r=np.full((3, 8), 1e4)), "output": nir.Output({"output": np.array([3, 8])})},
    [("input", "conv"), ("conv", "i"), ("i", "output")],
)

# What else HDF5 files of such graphs can have: chunks that reach over the border, filters, byte orders, the newest headers.
for name, options in (("../hdf5/arrays.h5", {}), ("../hdf5/latest.h5", {"libver": "latest"})):
    with h5py.File(name, "w", **options) as file:
        counted = np.arange(5 * 7 * 3).reshape(5, 7, 3)
        file["contiguous"] = counted.astype(">f8")
        file["whole"] = counted.astype("i2") - 9
        file["bytes"] = np.array([b"fixed", b"text"])
        file["text"] = "any length, µ"
        file["truth"] = np.array([True, False])
        file["scalar"] = np.uint8(200)
        file["nothing"] = np.zeros(0)
        if not options:
            packed = file.create_group("packed")
            packed.create_dataset("chunks", data=counted.astype("f4"), chunks=(2, 3, 2), compression="gzip", shuffle=True, fletcher32=True)
            packed.create_dataset("many", data=np.arange(300), chunks=(1,))
            file.create_dataset("lzf", data=counted, chunks=(5, 7, 3), compression="lzf")
