/** E01xx: files and options. */
import type { Examples } from '../example.ts';

export const files: Examples<'E01'> = {
  E0101: { line: 'snnc check absent.onnx', says: 'there is no such file' },
  E0102: { line: 'snnc targets --new -o no/such/target.json', says: 'there is no folder no/such' },
  E0103: { line: 'snnc check net.json -T 0', says: '-T "0" is not a whole number from 1 to 4096' },
  E0104: { line: 'snnc targets edgy', says: 'there is no target "edgy"; did you mean "edge"?' },
  E0105: { line: 'snnc targets net.json', says: 'expected "snn-target/1"' },
  E0107: { line: 'snnc build net.json', says: 'missing required argument: output' },
  E0110: {
    line: 'snnc targets loihi --set process=7nm',
    says: 'the figures of loihi were stated for its process',
  },
  E0108: { line: 'snnemu report net.json', says: 'the format of the record is not "snn-run/1"' },
  E0109: {
    line: 'snnemu sweep net.json --data images.npy --grid mod=exact',
    says: 'points have no option "mod"; did you mean "mode"?',
  },
};
