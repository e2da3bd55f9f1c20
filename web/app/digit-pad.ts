/** A field to draw a digit on, by pointer or by keys. */
import { type Palette, surfaceOf } from './elements.ts';

const SIDE = 28;
const BRUSH = 1.25;

export class DigitPad {
  readonly #canvas: HTMLCanvasElement;
  readonly #ink = new Float32Array(SIDE * SIDE);
  #cursor: [number, number] = [SIDE / 2, SIDE / 2];
  #last: readonly [number, number] | undefined;
  #isDown = false;
  palette!: Palette;

  /** @param onChange when a stroke ends */
  constructor(canvas: HTMLCanvasElement, onChange: () => void) {
    this.#canvas = canvas;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#isDown = true;
      this.#last = undefined;
      this.#strokeTo(this.#place(event));
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.#isDown) this.#strokeTo(this.#place(event));
    });
    canvas.addEventListener('pointerup', () => {
      this.#isDown = false;
      onChange();
    });
    canvas.addEventListener('keydown', (event) => {
      if (this.#key(event.key)) {
        event.preventDefault();
        if (event.key === ' ') onChange();
      }
    });
    canvas.addEventListener('focus', () => {
      this.draw();
    });
    canvas.addEventListener('blur', () => {
      this.draw();
    });
  }

  /** Grey values 0..255, row by row, white on black as MNIST has them. */
  get values(): Uint8Array {
    return Uint8Array.from(this.#ink, (ink) => Math.round(255 * Math.min(1, ink)));
  }

  /** Values in place of what was drawn. */
  show(values: ArrayLike<number>): void {
    for (let k = 0; k < this.#ink.length; k++) this.#ink[k] = (values[k] ?? 0) / 255;
    this.draw();
  }

  clear(): void {
    this.show([]);
  }

  draw(): void {
    const surface = surfaceOf(this.#canvas);
    if (surface === undefined) return;
    const { context, width } = surface;
    const cell = width / SIDE;
    context.fillStyle = '#000';
    context.fillRect(0, 0, width, width);
    for (let k = 0; k < this.#ink.length; k++) {
      const level = Math.round(255 * Math.min(1, this.#ink[k]!));
      if (level === 0) continue;
      context.fillStyle = `rgb(${level} ${level} ${level})`;
      context.fillRect((k % SIDE) * cell, Math.floor(k / SIDE) * cell, cell + 0.5, cell + 0.5);
    }
    if (document.activeElement !== this.#canvas) return;
    context.strokeStyle = this.palette.spike;
    context.lineWidth = 2;
    context.strokeRect((this.#cursor[0] - 1) * cell, (this.#cursor[1] - 1) * cell, 2 * cell, 2 * cell);
  }

  #place({ clientX, clientY }: PointerEvent): [number, number] {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE];
  }

  #strokeTo(to: readonly [number, number]): void {
    const [fromX, fromY] = this.#last ?? to;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - fromX, to[1] - fromY)));
    for (let k = 1; k <= steps; k++)
      this.#dab(fromX + ((to[0] - fromX) * k) / steps, fromY + ((to[1] - fromY) * k) / steps);
    this.#last = to;
    this.draw();
  }

  /** Ink that fades at the rim, so that lines look as those of the data. */
  #dab(x: number, y: number): void {
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const ink = Math.min(1, Math.max(0, BRUSH + 0.5 - distance));
        const at = row * SIDE + column;
        this.#ink[at] = Math.max(this.#ink[at]!, ink);
      }
  }

  #key(key: string): boolean {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const move = moves[key];
    const clamp = (value: number): number => Math.max(1, Math.min(SIDE - 1, value));
    if (move !== undefined) this.#cursor = [clamp(this.#cursor[0] + move[0]), clamp(this.#cursor[1] + move[1])];
    else if (key === ' ') this.#dab(...this.#cursor);
    else return false;
    this.draw();
    return true;
  }
}
