import { systemClock } from '../../src/core/clock.js';
import { createApi } from '../../src/decthings/api.js';
import { HttpTransport } from '../../src/decthings/http.js';

/** How many commands run on the machines of a sandbox's account. */
export async function commandsRunning({
  httpUrl: baseUrl,
  apiKey,
}: {
  httpUrl: string;
  apiKey: string;
}): Promise<number> {
  const transport = new HttpTransport({ baseUrl, apiKey, clock: systemClock });
  const { spawnedCommands } = await createApi(transport, systemClock).Spawned.getSpawnedCommands({});
  return spawnedCommands.length;
}
