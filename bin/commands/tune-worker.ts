/** A worker of `tune`: measures the parts that it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import { computePart, type FloatAnswers, type PartJob } from '../tune/part.ts';

const port = parentPort!;
const answers: FloatAnswers = new Map();
port.on('message', (job: PartJob) => {
  void computePart(job, answers).then((computed) => {
    port.postMessage(computed);
  });
});
