import type { RpcError } from '../../decthings/frames.js';

/** An error of the service, as a caller of it sees it. Anything else that is thrown becomes the code `unknown`. */
export class ApiError extends Error {
  constructor(readonly rpc: RpcError) {
    super(rpc.code);
  }
}

export function fault(code: string): ApiError {
  return new ApiError({ code });
}

export function invalid(parameterName: string, reason: string): ApiError {
  return new ApiError({ code: 'invalid_parameter', parameterName, reason });
}
