/** What a node answers instead of the truth, or nothing where it does not lie. */
type Lie = (method: string, params: readonly unknown[]) => { result: unknown } | undefined;

/** Has every node of this process answer some calls otherwise while `act` is under way. */
export async function whileLying<T>(lie: Lie, act: () => Promise<T>): Promise<T> {
  const truly = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    // The service is sent forms.
    const call = typeof init?.body === 'string' && init.body.startsWith('{') ? JSON.parse(init.body) : {};
    const answer = Array.isArray(call.params) ? lie(call.method, call.params) : undefined;
    return answer ? Response.json({ jsonrpc: '2.0', id: call.id, ...answer }) : truly(input, init);
  };
  try {
    return await act();
  } finally {
    globalThis.fetch = truly;
  }
}
