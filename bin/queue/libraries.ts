/** The libraries of the queue. The build puts them into one file with this (scripts/bundle-libraries.mjs); only --queue loads it. */
export { type Job, Queue, UnrecoverableError, WaitingError, Worker } from 'bullmq';
export { Redis } from 'ioredis';
