/** From the data of a job, which anybody may have written, to work of a thread. */
import { isAbsolute, resolve } from 'node:path';
import { queueJob, type QueueJob } from '../../isa/index.ts';
import { splitMember } from '../data/index.ts';
import type { PointJob } from '../sweep/compute.ts';
import { FILE_OPTIONS } from '../sweep/inputs.ts';
import { pointOption, TARGET_FIELD } from '../sweep/point-options.ts';
import { isTargetFile } from '../ui/chip-file.ts';
import { leavesTheRoot } from './files.ts';
import type { Laid } from './input-cache.ts';

/** Why a job is not worked on, by whomever. */
export class JobRefused extends Error {
  override readonly name = 'JobRefused';
}

/** @param tool program and version of this worker @throws JobRefused */
export function readJob(data: unknown, tool: string): QueueJob {
  const parsed = queueJob.schema.safeParse(data);
  if (!parsed.success) throw new JobRefused('what lies in the queue is no job of the format snn-queue-job/1');
  const job = parsed.data;
  if (job.tool !== tool)
    throw new JobRefused(`the job is for ${job.tool.slice(0, 64)}, and this worker is ${tool}: results are not mixed`);
  const unknown = Object.keys(job.options).find((name) => pointOption(name) === undefined && !TARGET_FIELD.test(name));
  if (unknown !== undefined) throw new JobRefused(`points have no option ${JSON.stringify(unknown.slice(0, 64))}`);
  return job;
}

/**
 * The job as a thread gets it: names that begin at the root of the other machine begin at the folder that holds its files;
 * all others stay as they were typed.
 *
 * @param store absolute path of the store, for builds
 * @throws JobRefused for a name that leads out of that folder
 */
export function localJob(job: QueueJob, { root, list }: Laid, store: string, version: string): PointJob {
  // Of the root itself with its slash, as its own machine says it: what stands behind is not shown from there.
  const folder = root + list.folder;
  const named = (name: string): string => {
    const local = isAbsolute(name) ? root + name : name;
    const path = resolve(folder, splitMember(local).path);
    if (leavesTheRoot(name, list.folder) || !(path === root || path.startsWith(`${root}/`)))
      throw new JobRefused(`${JSON.stringify(name.slice(0, 64))} is no file of the sweep`);
    return local;
  };
  const options = Object.fromEntries(
    Object.entries(job.options).map(([name, value]) =>
      typeof value === 'string' && FILE_OPTIONS.has(name) && (name !== 'target' || isTargetFile(value))
        ? [name, named(value)]
        : [name, value],
    ),
  );
  const { buildKey, keepsBuild } = job;
  return { network: named(job.network), folder, options, version, store, buildKey, keepsBuild };
}

/** A value in which paths below a folder of files are those of the machine of the sweep. */
export function withoutRoots<T>(value: T, inputsFolder: string): T {
  const escaped = inputsFolder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const root = new RegExp(`${escaped}/[0-9a-f]{64}(/?)`, 'g');
  const text = (said: string): string => said.replace(root, '/');
  const change = (each: unknown): unknown => {
    if (typeof each === 'string') return text(each);
    if (Array.isArray(each)) return each.map(change);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, inner]) => [name, change(inner)]));
  };
  return change(value) as T;
}
