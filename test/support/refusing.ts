import fs from 'node:fs/promises';

type Call = 'rename' | 'rm' | 'unlink' | 'rmdir' | 'mkdir' | 'readFile' | 'readdir' | 'stat';

/**
 * Has a call refused, as Windows does as long as somebody else has the file open.
 * @param times how often; then it is done
 * @param about what its path contains
 * @returns how often it was refused so far, and what ends it
 */
export function refusing(call: Call, code: string, times: number, about = ''): { count(): number; end(): void } {
  const truly = fs[call];
  let refused = 0;
  const refuse = async (path: string, ...rest: unknown[]) => {
    if (refused >= times || !path.includes(about)) return Reflect.apply(truly, fs, [path, ...rest]);
    refused++;
    throw Object.assign(new Error(`${code}: refused by the test, ${call} '${path}'`), { code });
  };
  Object.assign(fs, { [call]: refuse });
  return { count: () => refused, end: () => void Object.assign(fs, { [call]: truly }) };
}
