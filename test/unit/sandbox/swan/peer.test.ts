import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { isOwnPeer, ownerOf } from '../../../../src/sandbox/swan/peer.js';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0 100 0 0 10 0
   1: 0100007F:D431 0100007F:0050 01 00000000:00000000 00:00000000 00000000  1000        0 102 1 0 20 4 30 10 -1
   2: 0100007F:D431 0100007F:0016 06 00000000:00000000 00:00000000 00000000     0        0 0 3 0
   3: 0100007F:D431 0100007F:0016 01 00000000:00000000 00:00000000 00000000  1001        0 103 1 0 20 4 30 10 -1
   4: 0100007F:0016 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 104 1 0 20 4 30 10 -1
`;

describe('sandbox: who connects by SSH', () => {
  it('is the owner of the other end, not of this one, of another connection or of a former one', () => {
    assert.equal(ownerOf(0xd431, 0x16, TABLE), 1001);
    assert.equal(ownerOf(0xd431, 0x50, TABLE), 1000);
    assert.equal(ownerOf(0xd432, 0x16, TABLE), undefined);
  });

  it('is this user, where this process connects', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    const accepted = new Promise<Socket>(resolve => server.once('connection', resolve));
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    const { remotePort = 0 } = await accepted;
    assert.equal(await isOwnPeer(remotePort, port), true);
    assert.equal(await isOwnPeer(port, remotePort + 1), false);
    client.destroy();
    (await accepted).destroy();
    server.close();
  });
});
