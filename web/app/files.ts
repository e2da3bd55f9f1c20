/** Files that the user gives: by a field, or dropped. */
import type { DataFiles, NamedFile } from '../messages.ts';

const readAll = (files: Iterable<File>): Promise<NamedFile[]> =>
  Promise.all([...files].map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));

/** Files of a field, and files that are dropped on a box. */
export function hearFiles(
  input: HTMLInputElement,
  box: HTMLElement | undefined,
  onFiles: (files: NamedFile[]) => void,
): void {
  const take = async (files: Iterable<File>): Promise<void> => {
    const read = await readAll(files);
    if (read.length > 0) onFiles(read);
  };
  input.addEventListener('change', () => {
    void take(input.files ?? []);
  });
  if (box === undefined) return;
  box.addEventListener('dragover', (event) => {
    event.preventDefault();
    box.classList.add('over');
  });
  box.addEventListener('dragleave', () => {
    box.classList.remove('over');
  });
  box.addEventListener('drop', (event) => {
    event.preventDefault();
    box.classList.remove('over');
    void take(event.dataTransfer?.files ?? []);
  });
}

/** As the container begins (spec/image-format.md). */
const CHIP_MAGIC = '\x89SNN';
const MODEL_ENDINGS = ['.onnx', '.json', '.nir', '.bin', '.net', '.h5'];

/** The network among files, and those that it names; the first one with an ending of networks, else the largest. */
export function networkAmong(files: readonly NamedFile[]): {
  readonly network: NamedFile;
  readonly sideFiles: NamedFile[];
} {
  const bySize = files.toSorted((a, b) => b.bytes.length - a.bytes.length);
  const ending = (name: string): number => MODEL_ENDINGS.findIndex((one) => name.toLowerCase().endsWith(one));
  const network =
    files.filter(({ name }) => ending(name) >= 0).toSorted((a, b) => ending(a.name) - ending(b.name))[0] ?? bySize[0]!;
  return { network, sideFiles: files.filter((file) => file !== network) };
}

/** Samples and labels among files: labels are called so, or are the smaller one. */
export function dataAmong(files: readonly NamedFile[]): DataFiles {
  const named = files.find(({ name }) => /label/i.test(name));
  const bySize = files.toSorted((a, b) => b.bytes.length - a.bytes.length);
  const labels = files.length === 1 ? undefined : (named ?? bySize.at(-1));
  return { data: bySize.find((file) => file !== labels)!, labels };
}

/** Whether the bytes begin as those of a chip file. */
export const isChip = ({ bytes }: NamedFile): boolean =>
  String.fromCharCode(...bytes.subarray(0, CHIP_MAGIC.length)) === CHIP_MAGIC;

export const filesText = ({ data, labels }: DataFiles): string =>
  labels === undefined ? data.name : `${data.name}, with ${labels.name}`;

/** Hands a file to the user. */
export function save(name: string, content: BlobPart, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** As HDF5 begins, in which NIR graphs and files of lava-dl are: networks that spike as they were trained. */
const HDF5_MAGIC = '\x89HDF';

/** Whether a network is one of those. */
export const isTrainedSpiking = ({ bytes }: NamedFile): boolean =>
  String.fromCharCode(...bytes.subarray(0, HDF5_MAGIC.length)) === HDF5_MAGIC;
