/** Run records as people read them. */
import type { LedgerRecord, RunRecord } from '../isa/index.ts';
import { renderRunText } from '../report/index.ts';

/** How a report looks. */
export interface ReportSettings {
  /** `text` (if absent), `html` (one document that needs no network), or `json`. */
  readonly format?: 'text' | 'html' | 'json' | undefined;
  /** Columns of the text; 120 if absent. */
  readonly width?: number | undefined;
  /** Of the build, for the page: what the conversion lost, and where. */
  readonly ledger?: LedgerRecord | null | undefined;
}

/** The report of a run: the same as that of `snnemu run`, `--html` and `--json`. */
export async function renderReport(record: RunRecord, settings: ReportSettings = {}): Promise<string> {
  const { format = 'text', width = 120, ledger } = settings;
  if (format === 'json') return `${JSON.stringify(record, null, 2)}\n`;
  if (format === 'text') return renderRunText(record, { color: false, width });
  // Charts are drawn with libraries that only this needs.
  const { renderHtmlReport } = await import('../report/html/index.ts');
  return renderHtmlReport({ record, ledger });
}
