/** `--html`, and what belongs to it: the report of a run as a file. */
import { fail, type OriginRecord, type RunRecord } from '../../isa/index.ts';
import type { ReportSource } from '../../report/html/section.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import type { Output } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { originOf } from '../ui/origin.ts';
import { readRecord } from '../ui/records.ts';

export interface HtmlValues {
  readonly html: string | undefined;
  readonly build: string | undefined;
  readonly raster: number | undefined;
}

/** What the options of the report say, with the build record read. */
export interface HtmlRequest {
  readonly file: string | undefined;
  readonly ledger: ReportSource['ledger'];
}

/**
 * The sample whose spikes the record shows: the one that is named, the first one where there will be a report, or none.
 */
export function rasterSample({ raster, html }: HtmlValues): number | 'first' | undefined {
  return raster ?? (html === undefined ? undefined : 'first');
}

/** Inputs that the options name. */
export const htmlInputs = ({ build }: Pick<HtmlValues, 'build'>): string[] => (build === undefined ? [] : [build]);

/**
 * Reads the build record before anything runs.
 *
 * @param sha256 of the chip file that runs
 * @throws DiagnosticError E0101, E0103 where the record is of another chip, E0107 without a report, E0108
 */
export async function htmlRequest(
  io: Io,
  { html, build }: Pick<HtmlValues, 'html' | 'build'>,
  sha256: string,
): Promise<HtmlRequest> {
  if (build === undefined) return { file: html, ledger: undefined };
  if (html === undefined)
    fail('E0107', '--build is for the HTML report alone', undefined, 'name its file as well: --html or -o');
  const remedy = '`snnc build … --json build.json` writes one';
  const { buildRecord } = await import('../../isa/records/build-record.ts');
  const record = await readRecord(io, build, { kind: buildRecord, what: 'build record', remedy });
  if (record.chip.sha256 !== sha256)
    fail('E0103', '--build: the build record is of another chip file', { file: build }, remedy);
  return { file: html, ledger: record.ledger };
}

/** The files that the report consists of: one, or none. What draws it is loaded only here. */
export async function htmlOutputs({ file, ledger }: HtmlRequest, record: RunRecord): Promise<Output[]> {
  if (file === undefined) return [];
  const { renderHtmlReport } = await import('../../report/html/index.ts');
  return [{ path: file, content: await renderHtmlReport({ record, ledger }) }];
}

/**
 * What a run was made with. Data are read once more for their hash, so only where somebody keeps the record.
 *
 * @throws DiagnosticError E0101, E06xx where they cannot be read
 */
export const recordedOrigin = async (
  { json, html }: { readonly json: string | undefined; readonly html: string | undefined },
  file: ChipFile,
  io: Io,
): Promise<OriginRecord | undefined> => (json === undefined && html === undefined ? undefined : originOf(io, file));
