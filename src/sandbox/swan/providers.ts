/** Who owns a machine that tasks run on. */
export interface Provider {
  id: number;
  name: string;
  /** Its account on the chain, by which it is named. */
  account: string;
  owner: string;
  nodeId: string;
  region: string;
  latitude: number;
  longitude: number;
}

export const PROVIDERS: readonly Provider[] = [
  provider(1, 'cp.maple.example', 'Quebec-CA', 45.5075, -73.5887),
  provider(2, 'cp.longleaf.example', 'North Carolina-US', 35.8639, -78.535),
  provider(3, 'cp.harbour.example', 'Hong Kong-HK', 22.2783, 114.1747),
];

function provider(id: number, name: string, region: string, latitude: number, longitude: number): Provider {
  return {
    id,
    name,
    account: `0x${`c${id}`.repeat(20)}`,
    owner: `0x${`b${id}`.repeat(20)}`,
    nodeId: `04${`d${id}`.repeat(64)}`,
    region,
    latitude,
    longitude,
  };
}
