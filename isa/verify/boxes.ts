/** Boxes of a layer: whether they lie in it and cover it. */
import { boxElement, boxSize, shapeSize } from '../boxes.ts';
import type { Box, Shape } from '../chip.ts';
import type { Place } from '../diagnostics.ts';
import type { Findings } from './findings.ts';

function boxInside(box: Box, shape: Shape): boolean {
  const fits = (start: number, size: number, limit: number): boolean =>
    Number.isInteger(start) && Number.isInteger(size) && start >= 0 && size >= 1 && start + size <= limit;
  return (
    fits(box.c0, box.channels, shape[0]) && fits(box.y0, box.height, shape[1]) && fits(box.x0, box.width, shape[2])
  );
}

/**
 * Boxes lie in a shape, do not overlap and, where `whole`, cover it. The work is that of the shape, whose size has been
 * checked.
 */
export function checkCover(
  shape: Shape,
  boxes: readonly Box[],
  what: string,
  place: Place,
  findings: Findings,
  whole = true,
): boolean {
  for (const box of boxes) {
    if (boxInside(box, shape)) continue;
    const { c0, y0, x0, channels, height, width } = box;
    const text = `the box from (${c0}, ${y0}, ${x0}) of ${channels} x ${height} x ${width}`;
    findings.inconsistent(`${text} does not lie in ${what} [${shape.join(', ')}]`, place);
    return false;
  }
  const size = shapeSize(shape);
  const covered = boxes.reduce((total, box) => total + boxSize(box), 0);
  const fits = whole ? covered === size : covered <= size;
  if (!findings.expect(fits, `the parts of ${what} hold ${covered} of ${size} elements`, place)) return false;
  const seen = new Uint8Array(size);
  for (const box of boxes)
    for (let k = 0; k < boxSize(box); k++) {
      const element = boxElement(box, shape, k);
      if (seen[element] === 1) {
        findings.inconsistent(`element ${element} of ${what} lies in two parts`, place);
        return false;
      }
      seen[element] = 1;
    }
  return true;
}
