/** The table of ONNX operators in spec/net-format.md says what is so: every clause of it has a case, every case a clause. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AnnEvaluator } from '../../compiler/engines/evaluate-ann.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { markdownTable } from '../markdown.ts';
import { faultsOf, onnxBytes, read, readModel } from '../compiler/read/onnx-model.ts';
import { readOperators } from '../../compiler/read/onnx/rows.ts';
import { answer, taken } from './onnx-answer.ts';
import { type ReadCase, SMOOTH_ALONE, TABLE } from './onnx-table.ts';

const TOLERANCE = 1e-5;

const rows = markdownTable(readFileSync(new URL('../../spec/net-format.md', import.meta.url), 'utf8'), 'operator').map(
  ([operators, isRead, isRefused]) => ({ operators: operators!, read: clauses(isRead!), refused: clauses(isRefused!) }),
);

function clauses(cell: string): string[] {
  return cell === '' ? [] : cell.split('; ');
}

/** Names within backticks. */
const named = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

/** Types, attributes and texts of the operators of a case. */
const wordsOf = ({ model }: Pick<ReadCase, 'model'>): string[] =>
  model.nodes.flatMap(({ opType, domain, attribute }) => [
    opType,
    domain,
    ...attribute.flatMap(({ name, s }) => [name, new TextDecoder().decode(s)]),
  ]);

describe('the table of ONNX operators', () => {
  it('has a case for every clause, and there is no other case', () => {
    const wanted = rows.map(({ operators, read, refused }) => ({ operators, read, refused }));
    const shown = Object.entries(TABLE).map(([operators, { read, refused = {} }]) => ({
      operators,
      read: Object.keys(read),
      refused: Object.keys(refused),
    }));
    expect(shown).toEqual(wanted);
    for (const { read, refused = {} } of Object.values(TABLE))
      for (const cases of [...Object.values(read), ...Object.values(refused)]) expect(cases.length).toBeGreaterThan(0);
  });

  it('has every operator of a row in a case that is read, and every name of a clause in a case of it', () => {
    for (const { operators } of rows) {
      const own = TABLE[operators]!;
      const words = new Set([
        ...Object.values(own.read).flat().flatMap(wordsOf),
        ...(own.read[Object.keys(own.read)[0]!]!.some(({ approximate }) => approximate) ? SMOOTH_ALONE : []).map(
          ({ opType }) => opType,
        ),
      ]);
      expect(named(operators).filter((name) => !words.has(name))).toEqual([]);
      for (const [clause, cases] of [...Object.entries(own.read), ...Object.entries(own.refused ?? {})]) {
        const has = new Set((cases as readonly Pick<ReadCase, 'model'>[]).flatMap(wordsOf));
        const isQuantised = operators.includes('QLinearConv');
        const missing = named(clause).filter(
          (name) => !has.has(name) && name !== '--approximate' && name !== 'training_mode',
        );
        expect(isQuantised ? missing.filter((name) => !name.endsWith('quantizeLinear')) : missing).toEqual([]);
      }
    }
  });

  it('names every operator that is read', () => {
    const all = new Set(rows.flatMap(({ operators }) => named(operators)));
    expect(readOperators().filter((type) => !all.has(type))).toEqual([]);
  });

  const reads = Object.entries(TABLE).flatMap(([operators, { read }]) =>
    Object.entries(read).map(([clause, cases]) => [operators, clause, cases] as const),
  );
  it.each(reads)('%s: %s: is read as ONNX Runtime computes it', async (_, __, cases) => {
    for (const own of cases) await expectAsComputed(own);
  });

  const refusals = Object.entries(TABLE).flatMap(([operators, { refused = {} }]) =>
    Object.entries(refused).map(([clause, cases]) => [operators, clause, cases] as const),
  );
  it.each(refusals)('%s: %s: is refused by name', (_, __, cases) => {
    for (const { model, named: what } of cases) {
      const faults = faultsOf(() => readModel(model));
      expect(faults.map(({ code }) => code).filter((code) => !/^E020[3-7]$/.test(code))).toEqual([]);
      expect(faults.map(({ message, remedy = '' }) => `${message}. ${remedy}`).join('\n')).toContain(what);
    }
  });
});

async function expectAsComputed({ model, compared, approximate }: ReadCase): Promise<void> {
  const said: string[] = [];
  const graph = read(onnxBytes(model), {}, 'test.onnx', undefined, {
    ...(approximate && { approximate }),
    warn: ({ code, message }) => said.push(`${code} ${message}`),
  });
  const random = seededRandom(3);
  const evaluator = new AnnEvaluator(graph);
  const size = graph.nodes[0]!.shape.reduce((product, length) => product * length, 1);
  const stated = Number(/W0318 .*by at most ([\d.e-]+),/.exec(said.join('\n'))?.[1] ?? 0);
  expect(stated > 0).toBe(approximate === true);
  if (compared !== undefined && model.nodes.at(-1)!.output[0] !== compared) expect(said.join('\n')).toContain('W0309');
  for (let sample = 0; sample < 2; sample++) {
    const x = Float32Array.from({ length: size }, () => 4 * random() - 2);
    const expected = await answer(model, compared ?? model.nodes.at(-1)!.output[0]!, x);
    evaluator.run(taken(model, x, graph.nodes[0]!.shape));
    const values = evaluator.output(graph.output);
    expect(values.length).toBe(expected.length);
    const largest = Math.max(...expected.map(Math.abs), 1e-3);
    const allowed = 1.06 * stated + TOLERANCE * largest;
    expect(Math.max(...expected.map((value, k) => Math.abs(values[k]! - value)))).toBeLessThanOrEqual(allowed);
  }
}
