/** What a worker runs where nothing else was named. */
import { serveInferences } from './serve.ts';

serveInferences();
