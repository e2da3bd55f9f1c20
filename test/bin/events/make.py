# Writes the event files of NIR of these tests: pip install nir==1.0.8 h5py
import nir
import numpy as np

NEURONS, STEPS, DT = 8, 5, 1e-3
# Three samples; what is no event fills them up. Times of the first are not sorted.
idx = np.array([[3, 0, 3, 7, -1], [5, -1, -1, -1, -1], [-1, -1, -1, -1, -1]])
time = np.array([[3e-3, 0.0, 3.2e-3, 1.5e-3, np.inf], [4.9999e-3, *[np.inf] * 4], [np.inf] * 5])
events = nir.EventData(idx=idx, time=time, n_neurons=NEURONS, t_max=STEPS * DT)
grid = nir.TimeGriddedData(data=np.zeros((3, STEPS, 2)), dt=DT)
valued = nir.ValuedEventData(idx=idx, time=time, value=np.ones(idx.shape), n_neurons=NEURONS, t_max=STEPS * DT)
one = nir.EventData(idx=idx[:1], time=time[:1], n_neurons=NEURONS, t_max=STEPS * DT)


def write(name, **nodes):
    data = {node: nir.NIRNodeData(observables) for node, observables in nodes.items()}
    nir.write_data(name, nir.NIRGraphData(nodes=data))


write("samples.h5", input={"spikes": events}, lif={"spikes": events, "v": grid})
write("one.h5", input={"spikes": one})
write("others.h5", a={"spikes": events}, b={"spikes": one}, c={"spikes": valued}, d={"v": grid})
