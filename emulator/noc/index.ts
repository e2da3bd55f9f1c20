/** The network on chip: cycle-level routers and links. */
export { Network, type NetworkOptions } from './network.ts';
export type { DeliveryListener, InjectionSchedule, NetworkTarget, PhaseTiming } from './schedule.ts';
