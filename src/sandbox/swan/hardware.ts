import { parseUnits } from 'ethers';

export interface Hardware {
  id: number;
  name: string;
  description: string;
  type: 'CPU' | 'GPU' | 'AI GPU';
  /** What the service calls the processor that counts. */
  model: string;
  vcpu: number;
  /** In GiB. */
  memory: number;
  regions: string[];
  /** In SWAN per hour. */
  fixedPrice: string;
  /** Where the dynamic price starts from, in millionths of SWAN per hour. */
  basePrice: number;
  available: boolean;
}

const SNAPSHOT_SECONDS = 60;
const EVERYWHERE = ['global', 'Quebec-CA', 'North Carolina-US', 'Hong Kong-HK'];

/** The machines for rent, as the service names them. */
export function catalogue(): Hardware[] {
  return [
    cpu(0, 'C1ae.small', 2, 2, '0.0', 612_500),
    cpu(1, 'C1ae.medium', 4, 4, '1.0', 1_234_567),
    cpu(2, 'C1ae.large', 8, 8, '2.5', 2_718_281),
    gpu(3, 'M1ae.small', 'NVIDIA 2080', 4, 8, '8.0', 7_333_333),
    gpu(4, 'M1ae.large', 'NVIDIA 3080', 8, 16, '14.0', 13_141_592),
    { ...gpu(5, 'G1ae.small', 'NVIDIA 4090', 8, 32, '30.0', 29_999_999), type: 'AI GPU', regions: ['Quebec-CA'] },
    { ...gpu(6, 'G2ae.large', 'NVIDIA A100', 24, 192, '120.0', 118_000_001), type: 'AI GPU', available: false },
  ];
}

/** The dynamic price, which moves with every snapshot. */
export function dynamicPrice({ basePrice }: Hardware, snapshot: number): string {
  const millionths = BigInt(basePrice) + (BigInt(basePrice) * BigInt(snapshot % 11)) / 1000n;
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')}`;
}

export function snapshotAt(seconds: number): { id: number; expiresAt: number } {
  const id = Math.floor(seconds / SNAPSHOT_SECONDS);
  return { id, expiresAt: (id + 1) * SNAPSHOT_SECONDS };
}

/** @returns in wei per hour, rounded down */
export function priceInWei(price: string): bigint {
  const [whole = '', fraction = ''] = price.split('.');
  return parseUnits(`${whole}.${fraction.slice(0, 18)}`, 18);
}

/** What a duration costs, in wei, rounded as the contract does. */
export function amountOf(price: string, seconds: number): bigint {
  return (priceInWei(price) * BigInt(seconds)) / 3600n;
}

export function hardwareRecord({ id, name, description, type, regions, available }: Hardware, price: string): object {
  return {
    hardware_id: id,
    hardware_name: name,
    hardware_description: description,
    hardware_type: type,
    region: regions,
    hardware_price: price,
    hardware_status: available ? 'available' : 'unavailable',
  };
}

function cpu(id: number, name: string, vcpu: number, memory: number, fixedPrice: string, basePrice: number): Hardware {
  const description = `CPU only · ${vcpu} vCPU · ${memory} GiB`;
  return machine({ id, name, description, type: 'CPU', model: 'CPU only', vcpu, memory, fixedPrice, basePrice });
}

function gpu(
  id: number,
  name: string,
  model: string,
  vcpu: number,
  memory: number,
  fixedPrice: string,
  basePrice: number,
): Hardware {
  const description = `${model} · ${vcpu} vCPU · ${memory} GiB`;
  return machine({ id, name, description, type: 'GPU', model, vcpu, memory, fixedPrice, basePrice });
}

function machine(rest: Omit<Hardware, 'regions' | 'available'>): Hardware {
  return { ...rest, regions: EVERYWHERE, available: true };
}
