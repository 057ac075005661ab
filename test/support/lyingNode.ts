/** What a node answers instead of the truth, or nothing where it does not lie. */
export type Lie = (method: string, params: readonly unknown[]) => Response | { result: unknown } | Refused | undefined;

interface Refused {
  error: { code: number; message: string; data?: unknown };
}

/** Has every node of this process answer some calls otherwise while `act` is under way. */
export async function whileLying<T>(lie: Lie, act: () => Promise<T>): Promise<T> {
  const truly = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    // The service is sent forms.
    const call = typeof init?.body === 'string' && init.body.startsWith('{') ? JSON.parse(init.body) : {};
    const answer = Array.isArray(call.params) ? lie(call.method, call.params) : undefined;
    if (!answer) return truly(input, init);
    return answer instanceof Response ? answer : Response.json({ jsonrpc: '2.0', id: call.id, ...answer });
  };
  try {
    return await act();
  } finally {
    globalThis.fetch = truly;
  }
}
