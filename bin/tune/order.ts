/** The order in which samples are judged: that of the data often goes by class. */
import { shuffled, uniformSource } from '../ui/random.ts';

/** 0 … count − 1 in an order drawn by lot. */
export const orderOf = (count: number, seed: number): number[] => shuffled(count, uniformSource(seed));
