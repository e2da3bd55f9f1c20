/** Numbered messages of `snnemu rerun`; DIAGNOSTICS (codes.ts) has them with all others. */

export const RERUN_CODES = {
  E0720: {
    title: 'record cannot be repeated',
    explanation:
      'The run record does not say how it was made: it is of an earlier version, of the library, or its data came through a pipe. `snnemu run` and `snnemu eval` write records that do.',
  },
  E0721: {
    title: 'input is not the recorded one',
    explanation:
      'A file that the record names is not there, or its SHA-256 is not the recorded one, so that a repeated run would say nothing of the record. Where it lies elsewhere now, --chip, --data, --labels or --targets name it.',
  },
  E0722: {
    title: 'repeated run is different',
    explanation:
      'With the same chip file, data and options something came out otherwise than the record says. What may differ (time and memory of the host, names of files) is not compared.',
  },
} as const;
