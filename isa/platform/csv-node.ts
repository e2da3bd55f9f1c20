/** The library for tables. The build puts it into one file with this (scripts/bundle-libraries.mjs). */
export { CsvError, parse } from 'csv-parse';
