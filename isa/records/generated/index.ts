/** What isa/records/ holds; made by scripts/rooms.mjs. */
import { buildRecord } from '../build-record.ts';
import { checkRecord } from '../check-record.ts';
import { compareRecord } from '../compare-record.ts';
import { convertRecord } from '../convert-record.ts';
import { diffRecord } from '../diff-record.ts';
import { evalPart } from '../eval-part.ts';
import { floorplanRecord } from '../floorplan-record.ts';
import { inspectRecord } from '../inspect-record.ts';
import { keptBuild } from '../kept-build.ts';
import { message } from '../message.ts';
import { nocRecord } from '../noc-record.ts';
import { pass } from '../pass.ts';
import { pins } from '../pins.ts';
import { probeFile } from '../probe-file.ts';
import { queueFiles } from '../queue-files.ts';
import { queueJob } from '../queue-job.ts';
import { queueResult } from '../queue-result.ts';
import { refusal } from '../refusal.ts';
import { rerunRecord } from '../rerun-record.ts';
import { runRecord } from '../run-record.ts';
import { streamRecord } from '../stream-record.ts';
import { sweepPlan } from '../sweep-plan.ts';
import { sweepRecord } from '../sweep-record.ts';
import { target } from '../target.ts';
import { term } from '../term.ts';
import { tunePart } from '../tune-part.ts';
import { tunePoint } from '../tune-point.ts';
import { tuneRecord } from '../tune-record.ts';
import { tuneSpace } from '../tune-space.ts';

export const RECORDS = {
  'build-record': buildRecord,
  'check-record': checkRecord,
  'compare-record': compareRecord,
  'convert-record': convertRecord,
  'diff-record': diffRecord,
  'eval-part': evalPart,
  'floorplan-record': floorplanRecord,
  'inspect-record': inspectRecord,
  'kept-build': keptBuild,
  'message': message,
  'noc-record': nocRecord,
  'pass': pass,
  'pins': pins,
  'probe-file': probeFile,
  'queue-files': queueFiles,
  'queue-job': queueJob,
  'queue-result': queueResult,
  'refusal': refusal,
  'rerun-record': rerunRecord,
  'run-record': runRecord,
  'stream-record': streamRecord,
  'sweep-plan': sweepPlan,
  'sweep-record': sweepRecord,
  'target': target,
  'term': term,
  'tune-part': tunePart,
  'tune-point': tunePoint,
  'tune-record': tuneRecord,
  'tune-space': tuneSpace,
} as const;
