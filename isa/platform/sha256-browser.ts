/** The hash in JavaScript. The build puts it into one file with this (scripts/bundle-libraries.mjs). */
export { sha256 } from '@noble/hashes/sha2.js';
