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
export { TRAFFIC_PATTERNS, type Traffic, type TrafficPattern } from '../traffic/traffic.ts';
export { MOST_CYCLES, runTraffic, type TrafficStatistics, WARM_UP_CYCLES } from '../traffic/traffic-run.ts';
