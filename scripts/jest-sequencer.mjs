// In which order the test runner starts the files: what it measured in earlier runs is not there where a run counts, and
// a long file that starts last leaves a processor idle. Those that start programs do so because their work is too much
// for the runner; of the others the larger ones have more to do.
import { readFileSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

/** Whether a test file starts programs, and its length. */
function weightOf({ path }) {
  const text = readFileSync(path, 'utf8');
  return { startsPrograms: text.includes("from 'node:child_process'"), length: text.length };
}

export default class WorkFirst extends Sequencer {
  sort(tests) {
    const weights = new Map([...tests].map((test) => [test, weightOf(test)]));
    return [...tests].sort((a, b) => {
      const [first, second] = [weights.get(a), weights.get(b)];
      return Number(second.startsPrograms) - Number(first.startsPrograms) || second.length - first.length;
    });
  }
}
