/**
 * How the records are described that TypeScript writes and WebAssembly runs on. scripts/records.mjs gives each field its
 * place, in the order of its table and at an address of its own width, and writes the constants for both languages.
 */

/** `usize` is an address in the memory of the kernels: 32 bits. */
export type FieldType = 'u32' | 'i32' | 'usize' | 'u64' | 'i64' | 'f64';

/** Type, what it is, and how many of them follow each other (1 if absent). What the name says needs no words. */
export type Field = readonly [type: FieldType, says?: string, count?: number];
export type FieldTable = Readonly<Record<string, Field>>;

/** Fields that the records of an instruction have for themselves. */
export type OwnFields<F extends string = string> = Readonly<Record<F, Field>>;

/** Values of fields; those that are absent are 0. */
export type OwnValues<F extends string = string> = Readonly<Partial<Record<F, number>>>;

/** A record; its fields become constants `<record>_<field>`: byte offsets; and `<record>_BYTES` is its size. */
export interface RecordTable {
  readonly says: string;
  readonly fields: FieldTable;
  /** Fields behind these that depend on what the record is of: their constants are `<variant>_<field>`. */
  readonly variants?: Readonly<Record<string, VariantTable>>;
}

export interface VariantTable {
  readonly fields: FieldTable;
  /** Another variant, named before it, whose fields it has as well, in front of its own. */
  readonly behind?: string | undefined;
}

/** Names that are numbered from 0 on, as `<prefix>_<name>`. */
export interface NameTable {
  readonly says: string;
  readonly names: readonly string[];
}

/** What one file of constants is made from. */
export interface ConstantsFile {
  readonly says: string;
  readonly records: Readonly<Record<string, RecordTable>>;
  readonly names: Readonly<Record<string, NameTable>>;
  /** Other numbers that both languages must agree in. */
  readonly numbers: Readonly<Record<string, readonly [value: number, says: string]>>;
}
