/**
 * What is read of ONNX: for every construct a small model, what becomes of it and what that takes; and what is refused, why.
 *
 *     npm run bench:onnx
 *     npm run bench:onnx -- --json
 *
 * That what is read computes what ONNX Runtime computes is a test: test/differential/onnx-constructs.test.ts.
 */
import { parseArgs } from 'node:util';
import type { Diagnostic } from '../isa/index.ts';
import { DiagnosticError, shapeSize } from '../isa/index.ts';
import { annMacs } from '../compiler/ann/work.ts';
import { formLayers } from '../compiler/passes/form-layers.ts';
import { mergeLinear } from '../compiler/passes/merge-linear.ts';
import { node, onnxBytes, read } from '../test/compiler/read/onnx-model.ts';
import {
  APPROXIMATED,
  type Construct,
  CONSTRUCTS,
  ERF_NUMBERS,
  REFUSED,
} from '../test/differential/onnx-constructs.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

interface Row {
  readonly group: string;
  readonly construct: string;
  readonly verdict: 'read exactly' | 'on request' | 'refused';
  readonly layers?: number;
  readonly neurons?: number;
  /** Multiply-accumulates of one inference of the network as it is built. */
  readonly macs?: number;
  /** Why it is refused. */
  readonly reason?: string;
  readonly remedy?: string | undefined;
}

function measure({ group, name, model, outputName }: Construct): Row {
  const { ann } = mergeLinear(read(onnxBytes(model), {}, 'model.onnx', outputName));
  const { layers } = formLayers(ann).graph;
  const neurons = layers.reduce((sum, { shape }) => sum + shapeSize(shape), 0);
  return { group, construct: name, verdict: 'read exactly', layers: layers.length, neurons, macs: annMacs(ann) };
}

function refusal(action: () => unknown): Diagnostic {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error('what should be refused is read');
}

const refused = REFUSED.map(([construct, operator]): Row => {
  const { message, remedy } = refusal(() => read(onnxBytes({ input: ['N', 2, 4, 4], nodes: [operator] })));
  return { group: 'refused', construct, verdict: 'refused', reason: message, remedy };
});
/** What `--approximate` reads. */
const approximated = [...APPROXIMATED].map(([construct, nodes]): Row => {
  const told: string[] = [];
  read(
    onnxBytes({ input: ['N', 2, 4, 4], nodes: [...nodes, node('Relu', ['a'], 'y')], tensors: ERF_NUMBERS }),
    {},
    'model.onnx',
    undefined,
    {
      approximate: true,
      warn: ({ code, message }) => {
        if (code === 'W0318') told.push(message);
      },
    },
  );
  return { group: 'approximated on request', construct, verdict: 'on request', reason: told.join() };
});
const rows = [...CONSTRUCTS.map(measure), ...approximated, ...refused];

if (values.json) console.log(JSON.stringify(rows, undefined, 2));
else {
  const width = Math.max(...rows.map(({ construct }) => construct.length));
  let group = '';
  for (const row of rows) {
    if (row.group !== group) console.log(`\n${row.group.padEnd(width + 2)}verdict        layers  neurons      MACs`);
    ({ group } = row);
    const costs = [row.layers, row.neurons, row.macs].map((count, k) => String(count ?? '').padStart([6, 9, 10][k]!));
    const rest =
      row.reason !== undefined
        ? `${row.reason ?? ''}${row.remedy === undefined ? '' : `. ${row.remedy}`}`
        : costs.join('');
    console.log(`  ${row.construct.padEnd(width)}${row.verdict.padEnd(15)}${rest}`);
  }
}
