/** The pairing script. What it sends, and how. Contract: illumio.md §3.2, §3.3, and the head of the script. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  type PairInterface,
  startActivationServer,
  startProxy,
} from '../../support/pair-activation-server.ts'
import { SELF_SIGNED_CERTIFICATE } from '../../support/pair-certificate.ts'
import {
  CODE,
  claims,
  pair,
  serveInstead,
  server,
  useDirectory,
  usePairServer,
  withDirectory,
} from '../../support/pair-run.ts'
import {
  freshVenDirectory,
  makeDirectory,
  makeToolbox,
  pathOf,
  runPairScript,
} from '../../support/pair-script.ts'

usePairServer()

describe('what is sent', () => {
  test('one POST to the activation endpoint, without credentials, with the facts of this machine', async () => {
    await pair()
    expect(server.requests).toHaveLength(1)
    const request = server.requests[0]
    expect(request).toMatchObject({ method: 'POST', path: '/api/v2/agents/activate' })
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(request?.headers.authorization).toBeUndefined()
    expect(request?.body).toMatchObject({
      activation_code: CODE,
      claim: expect.stringMatching(/^[0-9a-f]{64}$/),
      hostname: expect.stringMatching(/./),
      os_id: expect.stringMatching(/^[a-z]+-[a-z0-9_]+(-[a-z0-9.]+)?$/),
      os_detail: expect.stringMatching(/^\d+\.\d+/),
      os_platform: 'linux',
      agent_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      ven_type: 'server',
    })
    if (existsSync('/etc/machine-id'))
      expect(request?.body.uid).toBe(readFileSync('/etc/machine-id', 'utf8').trim())
  })

  test('every claim is another', async () => {
    await pair()
    useDirectory(freshVenDirectory())
    await pair()
    expect(new Set(claims()).size).toBe(2)
  })

  test('a hostname of odd bytes: UTF-8 passes, what is none is left out', async () => {
    const toolbox = makeToolbox()
    const bytes = Buffer.concat([
      Buffer.from('wéb-😀"\\\u007f'),
      // A lone tail, an overlong slash, half a surrogate pair, beyond Unicode, a lead without its tail.
      Buffer.from([0x80, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0xff, 0xe2, 0x82]),
      Buffer.from('end'),
    ])
    writeFileSync(join(toolbox.directory, 'name'), bytes)
    toolbox.put('uname', `[ "$1" = -n ] || exec ${pathOf('uname')} "$@"\ncat '${toolbox.directory}/name'`)
    expect((await pair([], { PATH: toolbox.directory })).status).toBe(0)
    expect(server.requests[0]?.body.hostname).toBe('wéb-😀"\\\u007fend')
  })

  test('interfaces as `ip` tells them', async () => {
    const toolbox = makeToolbox()
    toolbox.put(
      'ip',
      `case $* in
      '-o route show default') echo 'default via 10.0.0.1 dev eth0 proto dhcp metric 100'
        echo 'default via 10.0.0.2 dev eth0 metric 200' ;;
      '-o -6 route show default') echo 'default via fe80::1 dev eth0 metric 1024' ;;
      '-o addr show') cat <<'LINES'
1: lo    inet 127.0.0.1/8 scope host lo
1: lo    inet6 ::1/128 scope host
2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global dynamic eth0
2: eth0    inet6 2001:db8::5/64 scope global
2: eth0    inet6 fe80::5/64 scope link
3: we"ird@if4    inet 192.0.2.9/32 scope global we"ird
5: tun0    inet 10.8.0.5 peer 10.8.0.6/32 scope global tun0
LINES
      esac`,
    )
    await pair([], { PATH: toolbox.directory })
    expect(server.requests[0]?.body.interfaces).toEqual([
      { name: 'eth0', address: '10.0.0.5', cidr_block: 24, default_gateway_address: '10.0.0.1' },
      { name: 'eth0', address: '2001:db8::5', cidr_block: 64, default_gateway_address: 'fe80::1' },
      { name: 'we"ird', address: '192.0.2.9', cidr_block: 32 },
      { name: 'tun0', address: '10.8.0.5', cidr_block: 32 },
    ])
  })

  test('no more interfaces than the server takes', async () => {
    const toolbox = makeToolbox()
    toolbox.put(
      'ip',
      'i=0; while [ $i -lt 99 ]; do i=$((i + 1)); echo "$i: veth$i    inet 10.0.0.$i/24 scope global veth$i"; done',
    )
    await pair([], { PATH: toolbox.directory })
    expect(server.requests[0]?.body.interfaces).toHaveLength(32)
    expect(server.requests[0]?.text.length).toBeLessThan(8192)
  })

  test.each([[['ip']], [['none']]])('the interfaces of this machine, without %j', async (without) => {
    await pair([], { PATH: makeToolbox(without).directory })
    const sent = server.requests[0]?.body.interfaces.map(comparable)
    for (const own of ownInterfaces().slice(0, 32)) expect(sent).toContain(own)
  })

  test('--proxy-server: plain http goes through the proxy', async () => {
    const proxy = await startProxy()
    expect((await pair(['--proxy-server', `127.0.0.1:${proxy.port}`])).status).toBe(0)
    expect(proxy.seen).toEqual([`POST ${server.url}/api/v2/agents/activate`])
    expect(server.requests).toHaveLength(1)
    await proxy.close()
  })
})

describe('https', () => {
  beforeEach(async () => {
    await serveInstead('https')
  })

  test('an untrusted certificate: exit 5 at once, nothing was sent', async () => {
    const run = await pair()
    expect(run.status).toBe(5)
    expect(run.stderr).toMatch(/CA.*--insecure/)
    expect(server.requests).toHaveLength(0)
  })

  test('--insecure, or the certificate of the CA, lets it through', async () => {
    expect((await pair(['--insecure'])).status).toBe(0)
    const file = join(makeDirectory(), 'ca.pem')
    writeFileSync(file, SELF_SIGNED_CERTIFICATE)
    expect((await pair([], { CURL_CA_BUNDLE: file })).status).toBe(0)
    expect(server.agentCount()).toBe(1)
  })

  test('host:port means https, and --proxy-server or https_proxy a tunnel', async () => {
    const proxy = await startProxy()
    const args = ['--management-server', `localhost:${server.port}`, '--activation-code', CODE, '--insecure']
    const withOption = [...args, '--proxy-server', `127.0.0.1:${proxy.port}`]
    server.answerNext({ status: 401, headers: { 'X-Request-Id': 'of-the-server' } }, { status: 401 })
    const refused = await runPairScript(withOption, withDirectory())
    expect(refused.status).toBe(3)
    expect(refused.stderr).toContain('request id: of-the-server')
    expect((await runPairScript(withOption, withDirectory())).stderr).toContain('request id: none given')
    expect((await runPairScript(withOption, withDirectory())).status).toBe(0)
    const env = withDirectory({ https_proxy: `http://127.0.0.1:${proxy.port}` })
    expect((await runPairScript(args, env)).status).toBe(0)
    expect(proxy.seen).toEqual(Array(4).fill(`CONNECT localhost:${server.port}`))
    await proxy.close()
  })

  test('https to a server of plain http: exit 5 at once', async () => {
    const plain = await startActivationServer()
    const args = ['--management-server', `127.0.0.1:${plain.port}`, '--activation-code', CODE]
    expect((await runPairScript(args, withDirectory())).status).toBe(5)
    await plain.close()
  })
})

/** What the operating system says, without the addresses that every machine has. */
function ownInterfaces(): string[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map((own) => ({ name, internal: own.internal, cidr: own.cidr ?? '/' })),
  )
  return all
    .filter((own) => !own.internal && !own.cidr.startsWith('fe80'))
    .map((own) =>
      comparable({
        ...own,
        address: own.cidr.split('/')[0] ?? '',
        cidr_block: Number(own.cidr.split('/')[1]),
      }),
    )
}

/** One spelling per address: the script may leave the zeros of IPv6 in. */
function comparable(one: PairInterface): string {
  const address = one.address.includes(':') ? new URL(`http://[${one.address}]`).hostname : one.address
  return `${one.name} ${address}/${one.cidr_block}`
}
