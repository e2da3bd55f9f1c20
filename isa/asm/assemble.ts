/** From assembly text to a chip. Structure only: whether the chip makes sense is decided by verifyChip. */
import { platform } from '#platform';
import type { z } from 'zod';
import type { Box, Chip, CoreImage, Placement, Route, SelfTestSample, TreeBox } from '../chip.ts';
import { inputSchema, issuePath, layersSchema, outputSchema, provenanceSchema } from '../container/json.ts';
import { concatenate } from '../concatenate.ts';
import { targetSchema } from '../target.ts';
import { CoreAssembler } from './core-assembler.ts';
import { type Line, LineReader } from './lines.ts';
import { ROWS, type RowName, TYPE_RANGES } from './syntax.ts';
import { append, readNumbers, readRow, shorten } from './values.ts';

const I16 = [-0x8000, 0x7fff] as const;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Assembles a whole chip. The text is that of {@link disassemble}; the order of directives is free, except that lines
 * of a core or of a sample follow their `.core` or `.sample`.
 *
 * @param file name of the file, for messages
 * @throws DiagnosticError E0501 with file, line and what was expected
 */
export function assemble(text: string, file?: string): Chip {
  return new ChipAssembler(new LineReader(text, file)).assemble();
}

interface PendingSample {
  readonly row: Record<string, unknown>;
  readonly input: number[];
  readonly readout: number[];
}

/** Sections that stand in the text exactly once. */
interface Singles {
  '.chip': { ticks: number; window: number };
  '.target': z.infer<typeof targetSchema>;
  '.input': z.infer<typeof inputSchema>;
  '.output': z.infer<typeof outputSchema>;
  '.layers': z.infer<typeof layersSchema>;
  '.provenance': z.infer<typeof provenanceSchema>;
}

const SCHEMAS = {
  '.target': targetSchema,
  '.input': inputSchema,
  '.output': outputSchema,
  '.layers': layersSchema,
  '.provenance': provenanceSchema,
} as const;

class ChipAssembler {
  readonly #reader: LineReader;
  readonly #singles = new Map<keyof Singles, unknown>();
  readonly #cores: CoreImage[] = [];
  readonly #routes: Route[] = [];
  readonly #inputParts: TreeBox[] = [];
  readonly #outputParts: TreeBox[] = [];
  readonly #placements: Placement[] = [];
  #samples: PendingSample[] | undefined;
  #graph: Uint8Array[] | undefined;
  #core: CoreAssembler | undefined;

  constructor(reader: LineReader) {
    this.#reader = reader;
  }

  assemble(): Chip {
    for (let line = this.#reader.next(); line !== undefined; line = this.#reader.next())
      if (!this.#readCore(line) && !this.#readChip(line) && !this.#readExtra(line)) this.#refuse(line);
    this.#endCore();
    const { ticks, window } = this.#single('.chip');
    return {
      target: this.#single('.target'),
      ticks,
      window,
      cores: this.#cores,
      routes: this.#routes,
      input: { ...this.#single('.input'), parts: this.#inputParts },
      output: { ...this.#single('.output'), parts: this.#outputParts },
      layers: this.#single('.layers'),
      placements: this.#placements,
      provenance: this.#single('.provenance'),
      ...(this.#samples && { selfTest: { samples: this.#samples.map(finishSample) } }),
      ...(this.#graph && { graph: concatenate(this.#graph) }),
    };
  }

  #readCore(line: Line): boolean {
    if (line.words[0] !== '.core') return this.#core?.read(line) ?? false;
    this.#endCore();
    this.#core = new CoreAssembler(line, this.#reader);
    return true;
  }

  #endCore(): void {
    if (this.#core !== undefined) this.#cores.push(this.#core.finish());
    this.#core = undefined;
  }

  #readChip(line: Line): boolean {
    const head = line.words[0]!;
    if (head === '.chip') this.#setSingle(head, this.#row(head, line), line);
    else if (Object.hasOwn(SCHEMAS, head)) this.#readJson(head as keyof typeof SCHEMAS, line);
    else if (head === '.route') this.#routes.push(this.#row(head, line) as unknown as Route);
    else if (head === '.input-part') this.#inputParts.push(this.#treeBox(head, line));
    else if (head === '.output-part') this.#outputParts.push(this.#treeBox(head, line));
    else if (head === '.placement') this.#placements.push(this.#placement(line));
    else return false;
    return true;
  }

  #readExtra(line: Line): boolean {
    const sample = this.#samples?.at(-1);
    switch (line.words[0]) {
      case '.self-test':
        if (this.#samples !== undefined) this.#reader.fault(line.number, '.self-test stands here for the second time');
        this.#samples = [];
        return true;
      case '.sample':
        this.#samples?.push({ row: this.#row('.sample', line), input: [], readout: [] });
        return this.#samples !== undefined;
      case '.payloads':
        if (sample !== undefined) append(sample.input, readNumbers(line, I16, this.#reader));
        return sample !== undefined;
      case '.readout':
        if (sample !== undefined) append(sample.readout, readNumbers(line, TYPE_RANGES.i32, this.#reader));
        return sample !== undefined;
      case '.graph':
        if (this.#graph !== undefined) this.#reader.fault(line.number, '.graph stands here for the second time');
        this.#graph = [];
        return true;
      case '.base64':
        this.#graph?.push(this.#base64(line));
        return this.#graph !== undefined;
      default:
        return false;
    }
  }

  #refuse(line: Line): never {
    const head = shorten(line.words[0]!);
    const inside = head.startsWith('.') ? '' : '; instructions and labels stand behind a .core';
    return this.#reader.fault(line.number, `"${head}": a directive that may stand here is expected${inside}`);
  }

  #base64(line: Line): Uint8Array {
    const text = line.words.slice(1).join('');
    const bytes = BASE64.test(text) && text.length % 4 === 0 ? platform.fromBase64(text) : undefined;
    // The bits behind the last byte have to be zero.
    if (bytes === undefined || platform.toBase64(bytes) !== text)
      this.#reader.fault(line.number, '.base64: whole groups of four base64 characters are expected');
    return bytes;
  }

  #row(name: RowName, line: Line): Record<string, unknown> {
    return readRow(ROWS[name], line, this.#reader);
  }

  #treeBox(name: '.input-part' | '.output-part', line: Line): TreeBox {
    const { tree, ...box } = this.#row(name, line);
    return { tree: tree as number, box: box as unknown as Box };
  }

  #placement(line: Line): Placement {
    const { layer, core, firstNeuron, ...box } = this.#row('.placement', line) as Record<string, number>;
    return { layer: layer!, core: core!, firstNeuron: firstNeuron!, box: box as unknown as Box };
  }

  #readJson(name: keyof typeof SCHEMAS, line: Line): void {
    const result = SCHEMAS[name].safeParse(this.#reader.json(line));
    const [issue] = result.error?.issues ?? [];
    if (issue !== undefined) this.#reader.fault(line.number, `${name} ${issuePath(issue)}: ${issue.message}`);
    this.#setSingle(name, result.data, line);
  }

  #setSingle(name: keyof Singles, value: unknown, line: Line): void {
    if (this.#singles.has(name)) this.#reader.fault(line.number, `${name} stands here for the second time`);
    this.#singles.set(name, value);
  }

  #single<N extends keyof Singles>(name: N): Singles[N] {
    if (!this.#singles.has(name)) this.#reader.fault(this.#reader.lastLine, `the text ends without ${name}`);
    return this.#singles.get(name) as Singles[N];
  }
}

const finishSample = ({ row, input, readout }: PendingSample): SelfTestSample =>
  ({ ...row, input: Int16Array.from(input), readout: Int32Array.from(readout) }) as unknown as SelfTestSample;
