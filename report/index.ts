/** Run record → something to read. */
export { renderBuildText } from './build-text.ts';
export { compareRuns, figuresOf, MOST_COMPARED } from './compare.ts';
export type { NamedRun } from './compare-labels.ts';
export { renderCompareText } from './compare-text.ts';
export { renderConversionText } from './convert-text.ts';
export { floorplan } from './floorplan.ts';
export { renderFloorplan } from './floorplan-text.ts';
export { formatCount, formatPercent, formatSi, plural, printable, shorten } from './format.ts';
export { renderNocText } from './noc-text.ts';
export { type CostRange, standings } from './pareto.ts';
export { sweepCsv } from './sweep-csv.ts';
export { renderSweepText } from './sweep-text.ts';
export { renderStreamText } from './stream-text.ts';
export { renderRunText } from './run-text.ts';
export { colours, type Column, renderTable, type TextStyle } from './table.ts';
export { renderTuneText } from './tune-text.ts';
export { renderUnfitText } from './unfit-text.ts';
