/** How many random cases a test draws: so many in an ordinary run, and SNNC_CASES times as many in a long one. */
const times = Number(process.env.SNNC_CASES ?? 1);
if (!(times > 0)) throw new Error(`SNNC_CASES is a factor above 0, not "${process.env.SNNC_CASES}"`);

/** @param ordinary of a run of the whole suite, which is to take six minutes on two cores */
export const cases = (ordinary: number): number => Math.ceil(ordinary * times);
