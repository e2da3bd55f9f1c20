/**
 * Compares the work of the kernels on a few small chips with the committed budget.json. Work is counted, not timed: the
 * same on every machine, however busy. Runs on the sources.
 *
 *     npm run budget                  exit code 1 where there is more work than budgeted
 *     npm run budget -- --accept      the work of now becomes the budget
 *     npm run budget -- --budget f    another file, such as that of another branch
 *     npm run budget -- --only dense  one chip alone; with --accept, the others stay
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureWork } from './cases.ts';
import { type Budget, compareWork, TOLERANCE } from './compare.ts';
import { countKernels } from './counting.ts';

const { values } = parseArgs({
  options: {
    accept: { type: 'boolean', default: false },
    only: { type: 'string' },
    budget: { type: 'string', default: fileURLToPath(new URL('budget.json', import.meta.url)) },
  },
});
const { only } = values;
const measured = measureWork(countKernels().newTally, only);
if (Object.keys(measured).length === 0) {
  console.error(`budget: there is no chip "${only}"`);
  process.exit(2);
}
const budgeted = (): Budget => JSON.parse(readFileSync(values.budget, 'utf8')) as Budget;
if (values.accept) {
  writeFileSync(
    values.budget,
    `${JSON.stringify(only === undefined ? measured : { ...budgeted(), ...measured }, null, 2)}\n`,
  );
  console.log(`budget: ${Object.keys(measured).length} runs accepted`);
} else {
  const asked = Object.entries(budgeted()).filter(([name]) => only === undefined || name.startsWith(`${only}, `));
  const findings = compareWork(Object.fromEntries(asked), measured);
  const faults = findings.filter(({ kind }) => kind !== 'less');
  for (const { text } of faults) console.error(`budget: ${text}`);
  if (faults.length > 0) {
    console.error(
      `budget: more work than budgeted (by over ${100 * TOLERANCE} %), or other results. If that is meant: npm run budget -- --accept`,
    );
    process.exitCode = 1;
  } else
    console.log(
      `budget: ${Object.keys(measured).length} runs within budget${findings.length > 0 ? `; ${findings.length} figures are below it: npm run budget -- --accept tightens it` : ''}`,
    );
}
