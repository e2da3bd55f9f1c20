/** The network on chip: cycle-level routers and links. */
export { Network } from './network.ts';
export type {
  DeliveryListener,
  HopListener,
  InjectionSchedule,
  NetworkModel,
  NetworkOptions,
  NetworkTarget,
  PhaseTiming,
} from './schedule.ts';
