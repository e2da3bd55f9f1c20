/** The machine and the artefact: what compiler, emulator and reports have in common. */
export * from './asm/index.ts';
export * from './chip.ts';
export * from './container/index.ts';
export * from './diagnostics.ts';
export * from './input.ts';
export * from './mesh.ts';
export * from './ops.ts';
export * from './program.ts';
export * from './range.ts';
export * from './record.ts';
export * from './schemas.ts';
export * from './sinks.ts';
export * from './target.ts';
export * from './targets/index.ts';
export * from './verify.ts';
export * from './weights.ts';
export * from './words.ts';
