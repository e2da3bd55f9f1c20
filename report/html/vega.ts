/** What charts need of Vega. The build puts it into one file with the libraries (scripts/bundle-libraries.mjs). */
export { logger, None, parse, View } from 'vega';
export { compile } from 'vega-lite';
