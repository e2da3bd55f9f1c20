/** What lies in Redis, by name, and for how long (spec/queue.md). */

/** Before every key. */
export const PREFIX = 'snn';

/** The queue of the points of one version of the tools: a worker of another one does not even see them. */
export const queueName = (version: string): string => `points-${version.replace(/[^\w.+-]/g, '_')}`;

/** A file by its content. */
export const blobKey = (sha256: string): string => `${PREFIX}:blob:${sha256}`;
/** Hash of the results of a sweep: key of a point → snn-queue-result/1. */
export const resultsKey = (sweep: string): string => `${PREFIX}:results:${sweep}`;
/** Is there while results of a sweep are wanted. */
export const wantedKey = (sweep: string): string => `${PREFIX}:wanted:${sweep}`;
/** Sorted set of who waits for a sweep, by when it was last heard of. */
export const watchersKey = (sweep: string): string => `${PREFIX}:watchers:${sweep}`;
/** Sorted sets of `version id`, by when each was last heard of: who waits for points, and who computes them. */
export const ALL_WATCHERS = `${PREFIX}:watchers`;
export const ALL_WORKERS = `${PREFIX}:workers`;

export const jobIdOf = (sweep: string, key: string): string => `${sweep}-${key}`;

/** A worker says so often that it still holds a job, in ms; unheard of for so long, it has lost it. */
export const LOCK_MS = 5000;
/** So often workers look for jobs that were lost, in ms: they come back after LOCK_MS and two of these at most. */
export const STALLED_CHECK_MS = 1000;
/** A point that takes so many workers with it is given up. */
export const MOST_STALLS = 10;
/** So often a point is tried whose files are not there or cannot be put on the disk; then it is given up. */
export const MOST_ATTEMPTS = 5;
/** Between two of them, in ms. */
export const ATTEMPT_PAUSE_MS = 1000;

/** Blobs live so long after they were last asked for by a watcher, in seconds. */
export const BLOB_SECONDS = 3600;
/** After the end of a sweep so long: another sweep that wants them says so within that time. */
export const BLOB_SECONDS_AFTER = 60;
/** Results, and that they are wanted, for a watcher that comes back. */
export const RESULT_SECONDS = 7 * 24 * 3600;
/** A watcher or worker that was not heard of for so long is gone, in seconds. */
export const GONE_SECONDS = 20;
/** Watchers and workers are heard of so often, in ms. */
export const HEARTBEAT_MS = 5000;
