import { isAddress } from 'ethers';
import type { Chain } from './chain.js';
import { dynamicPrice, type Hardware, hardwareRecord, snapshotAt } from './hardware.js';
import { seconds } from './lifecycle.js';
import type { Malice } from './malice.js';
import { PROVIDERS } from './providers.js';
import { pythonJson } from './pythonJson.js';
import { Refusal, type Route, success } from './replies.js';
import { IMAGES, type Sources } from './sources.js';
import type { Tokens } from './tokens.js';

interface Parts {
  apiKeys: readonly string[];
  tokens: Tokens;
  chain: Chain;
  hardware: readonly Hardware[];
  sources: Sources;
  malice: Malice;
  rpcUrl: string;
}

/** What there is to know before there is a task. */
export function catalogueRoutes(parts: Parts): Record<string, Route> {
  const { apiKeys, tokens, chain, hardware, sources, malice, rpcUrl } = parts;

  const contractInfo: Route = async () => {
    const client = malice.contract(chain.clientContract);
    const info = {
      contract_detail: {
        client_contract_address: client,
        payment_contract_address: client,
        swan_token_contract_address: chain.swanToken,
        rpc_url: rpcUrl,
      },
      time: seconds(),
    };
    const signature = await chain.owner.sign(malice.does('forgedSignature') ? 'another text' : pythonJson(info));
    return success('fetch contract info successfully', { contract_info: info, signature });
  };

  const dynamic: Route = () => {
    const { id, expiresAt } = snapshotAt(seconds());
    const records = hardware.map(machine => ({
      ...hardwareRecord(machine, dynamicPrice(machine, id)),
      snapshot_id: id,
      expiry_time: expiresAt,
      ssh_ready: PROVIDERS.filter(({ region }) => machine.regions.includes(region)).map(({ account, region }) => ({
        cp_account_address: account,
        region,
      })),
    }));
    return success('fetch hardware successfully', { hardware: records });
  };

  return {
    'POST /login_by_api_key': fields => {
      if (!apiKeys.includes(fields.text('api_key'))) throw new Refusal('Invalid API key.');
      return success('Login successfully.', tokens.issue());
    },
    'GET /contract_info': contractInfo,
    'GET /cp/machines': () =>
      success('fetch hardware successfully', {
        hardware: hardware.map(machine => hardwareRecord(machine, machine.fixedPrice)),
      }),
    'GET /cp/machines-dp-ssh-ready': dynamic,
    'GET /util/example_code_mapping': fields => {
      const name = fields.optional('name');
      const images = IMAGES.map(image => ({ ...image, name: malice.name(image.name) }));
      if (name === undefined) return success('fetch example code mapping successfully', images);
      const image = IMAGES.find(candidate => candidate.name === name);
      if (image === undefined) throw new Refusal(`There is no app image named ${name}.`, 404);
      return success('fetch example code mapping successfully', image);
    },
    'POST /v2/get_source_uri': fields => {
      if (!isAddress(fields.text('wallet_address'))) throw new Refusal('wallet_address is not an address.', 400);
      const id = fields.whole('hardware_id');
      if (!hardware.some(machine => machine.id === id)) throw new Refusal(`There is no hardware ${id}.`, 400);
      if (fields.text('dp') !== 'true') throw new Refusal('dp must be "true".', 400);
      const repository = fields.text('repo_uri');
      if (!URL.canParse(repository)) throw new Refusal(`repo_uri is not an address: ${repository}`);
      const branch = fields.optional('repo_branch') ?? 'main';
      return success('get source uri successfully', { job_source_uri: sources.add({ repository, branch }) });
    },
  };
}
