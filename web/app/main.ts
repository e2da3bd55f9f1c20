/** The page: what is chosen becomes a chip, which runs and is compared with those before it. */
import workerSource from 'worker:worker/worker.ts';
import { App } from './app.ts';
import { Client } from './client.ts';

const app = new App(new Client(workerSource));
// For tests, and for whoever looks at the page from its console.
Object.assign(globalThis, { snncPage: app });
void app.start();
