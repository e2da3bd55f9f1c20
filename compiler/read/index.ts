/** Reads a trained network, whatever its format. */
import { fail, option } from '../../isa/index.ts';
import type { Network } from '../ann/network.ts';
import { readNetJson } from './net-json.ts';
import { readOnnx } from './onnx/read-onnx.ts';
import { openHdf5 } from './hdf5/file.ts';
import { isHdf5 } from './hdf5/signature.ts';
import { withPlace } from './faults.ts';
import { isNetx, readNetx } from './netx/read-netx.ts';
import { readNir } from './nir/read-nir.ts';
import type { ReadOptions } from './options.ts';

export type { ReadOptions } from './options.ts';

const REMEDY = 'Give an ONNX model, a NIR graph, a .net file of lava-dl or a net.json document (spec/net-format.md).';

/**
 * Reads an ONNX model, a NIR graph, a .net file of lava-dl or a net.json document; which of them is decided by the content, not by the name.
 *
 * @throws DiagnosticError with all faults found: E0201 for other files, E0202 … E0209 as the table of diagnostics says,
 *   E0103 for a NIR graph or .net file without steps and for options of ONNX models where the network is none,
 *   and what `readSideFile` throws
 */
export function readNetwork(bytes: Uint8Array, options: ReadOptions): Network {
  const place = { file: options.fileName };
  if (bytes.length === 0) fail('E0201', 'the file is empty', place, REMEDY);
  const isGroups = isHdf5(bytes);
  const isJson = looksLikeJson(bytes);
  if ((isGroups || isJson) && options.outputName !== undefined)
    fail(
      'E0103',
      `${option('outputName')} names an output of an ONNX model; this network is none`,
      place,
      'leave the option out',
    );
  if ((isGroups || isJson) && options.approximate === true)
    fail(
      'E0103',
      `${option('approximate')} is about smooth activations of an ONNX model; this network is none`,
      place,
      'leave the option out',
    );
  if (isGroups) {
    const file = withPlace(place, () => openHdf5(bytes));
    return isNetx(file) ? readNetx(file, options) : readNir(file, options);
  }
  if (isJson) return readNetJson(bytes, options);
  return { kind: 'conventional', ann: readOnnx(bytes, options) };
}

/** JSON starts with `{` after white space and perhaps a byte order mark; no protobuf message starts so. */
function looksLikeJson(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && ' \t\r\n'.includes(String.fromCharCode(bytes[at]!))) at++;
  return bytes[at] === 0x7b;
}
