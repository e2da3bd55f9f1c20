/** "Did you mean", for what was typed. */
export { nearWords, suggestion } from '../../isa/suggest.ts';
