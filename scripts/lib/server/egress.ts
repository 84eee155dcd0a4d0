import { readFileSync } from 'node:fs'

/** To where the Worker's outbound requests may lead: public addresses, or also those of private networks and this machine. */
export type Egress = 'public' | 'private'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** workerd's own network: it looks at an address after its name was resolved, so that no name leads around it. */
export function egressNetwork(egress: Egress) {
  return {
    network: {
      allow: egress === 'private' ? ['public', 'private'] : ['public'],
      tlsOptions: { trustBrowserCas: true, trustedCertificates: extraCertificates() },
    },
  }
}

/** As Node itself trusts them: an issuer on a private network often has a certificate authority of its own. */
function extraCertificates(): string[] {
  const path = process.env.NODE_EXTRA_CA_CERTS
  if (!path) return []
  try {
    return readFileSync(path, 'utf8').match(CERTIFICATE) ?? []
  } catch {
    // Node has warned of it.
    return []
  }
}
