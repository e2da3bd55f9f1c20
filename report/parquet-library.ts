/** The library for Parquet. The build puts it into one file with this (scripts/bundle-libraries.mjs). */
export { parquetWriteBuffer } from 'hyparquet-writer';
