import ipaddr from 'ipaddr.js'

/**
 * Whether an address may redeem under a list of addresses and CIDR ranges, IPv4 or IPv6. An empty list allows
 * every address; a list without a known address allows none.
 */
export function allowsAddress(ranges: readonly string[], address: string | null): boolean {
  if (ranges.length === 0) return true
  if (address === null || !ipaddr.isValid(address)) return false
  const client = ipaddr.process(address)
  return ranges.some((range) => {
    const [network, bits] = parseRange(range) ?? []
    return network !== undefined && network.kind() === client.kind() && client.match(network, bits as number)
  })
}

/** Whether a text is one address, IPv4 or IPv6. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}

/** Whether a text is an address or a CIDR range. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== null
}

/** What limits count by: an IPv4 address, or the /64 (`2001:db8:1:2::/64`) in which an IPv6 one can be changed at will. */
export function networkOf(address: string): string {
  if (!isAddress(address)) return address
  const known = ipaddr.process(address)
  if (known.kind() === 'ipv4') return known.toString()
  return `${new ipaddr.IPv6([...(known as ipaddr.IPv6).parts.slice(0, 4), 0, 0, 0, 0])}/64`
}

/** The network that a request comes from; null: clients' addresses are not known. */
export function networkOfRequest({ address }: { readonly address: string | null }): string | null {
  return address === null ? null : networkOf(address)
}

function parseRange(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | null {
  try {
    // Four decimal parts or IPv6: `010.0.0.0/8` would be read as octal, and mean another network than it seems to.
    if (!isAddress(text.replace(/\/\d+$/, ''))) return null
    if (text.includes('/')) return ipaddr.parseCIDR(text)
    const address = ipaddr.process(text)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    return null
  }
}
