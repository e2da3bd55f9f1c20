/** Which way packets go: by the routing tables, or by coordinates along X first. */
import * as N from '../generated/network-records';

let masksAt: usize = 0;
let nextAt: usize = 0;
let coordinates: bool = false;

/** Must be called before anything else. */
export function readRoutes(net: usize): void {
  masksAt = load<u32>(net, N.NET_MASKS_AT);
  nextAt = load<u32>(net, N.NET_NEXT_AT);
  coordinates = load<u32>(net, N.NET_COORDINATES) != 0;
}

/** The entry with which a packet arrives in the router behind a link. */
export function entryBehind(entry: u32, output: u32): u32 {
  return coordinates ? entry : load<u32>(nextAt + (((entry << 2) + output) << 2));
}

/** Outputs that a packet takes in a router. */
export function maskOf(entry: u32, router: usize): u32 {
  if (!coordinates) return load<u16>(masksAt + (entry << 1));
  const dx = <i32>(entry & 0xffff) - <i32>load<u32>(router, N.ROUTER_X);
  if (dx != 0) return dx > 0 ? 2 : 8;
  const dy = <i32>(entry >> 16) - <i32>load<u32>(router, N.ROUTER_Y);
  if (dy != 0) return dy > 0 ? 4 : 1;
  return 1 << N.SOURCES_FROM;
}
