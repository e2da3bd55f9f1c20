/** Files that the build of the page puts into it. */
declare module '*.onnx' {
  const bytes: Uint8Array;
  export default bytes;
}
declare module '*.gz' {
  const bytes: Uint8Array;
  export default bytes;
}
/** The program of the worker, bundled, as text. */
declare module 'worker:*' {
  const source: string;
  export default source;
}
