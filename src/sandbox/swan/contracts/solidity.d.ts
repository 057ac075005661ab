/** A contract's interface and creation code. The build compiles it. */
declare module '*.sol' {
  export const abi: import('ethers').JsonFragment[];
  export const bytecode: string;
}
