/** What tables need of a parser. The build puts it into one file with the library (scripts/bundle-libraries.mjs). */
export { CsvError, parse } from 'csv-parse';
