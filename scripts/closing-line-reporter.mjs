// A jest reporter whose closing line, the last that the run prints, can be counted by any runner:
// `N passed, N failed` and, if any test was skipped, `, N skipped`. A test file that could not run is one failure.
import { writeSync } from 'node:fs';

export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
    // Written at exit, because jest's own summary comes after this call.
    process.once('exit', () => writeSync(1, line));
  }
}
