/** A worker of `sweep`: computes the points that it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import { computePoint, type PointJob } from '../sweep/compute.ts';

const port = parentPort!;
port.on('message', (job: PointJob) => {
  void computePoint(job).then((computed) => {
    port.postMessage(computed);
  });
});
