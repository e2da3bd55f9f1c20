/** The library for tables with its own streams and buffers. The build puts it into one file with this (scripts/bundle-libraries.mjs). */
export { CsvError, parse } from 'csv-parse/browser/esm';
