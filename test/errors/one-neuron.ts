/** A neuron that hears events for four steps. */
export const ONE_NEURON = {
  format: 'snn-net/1',
  input: { shape: 1, steps: 4, payload: { min: 0, max: 1 } },
  populations: [{ name: 'a', shape: 1, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } }],
  connections: [{ from: 'input', to: 'a', op: 'one-to-one', weight: 1 }],
  output: { population: 'a', decode: 'count' },
};
