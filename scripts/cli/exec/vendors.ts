/** Hosts that clients of a vendor spell themselves: a domain stands for its subdomains, too. */
export const VENDOR_DOMAINS = {
  zpa: [
    'config.private.zscaler.com',
    'config.zpatwo.net',
    'config.zpabeta.net',
    'config.zpagov.net',
    'config.zpagov.us',
    'config.zpapreview.net',
    // OneAPI: sign-in and API.
    'zslogin.net',
    'zsapi.net',
    'zidentitygov.net',
    'zidentitygov.us',
    'api.zscalergov.net',
    'api.zscalergov.us',
  ],
  illumio: ['illum.io'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type Vendor = keyof typeof VENDOR_DOMAINS

export function isHostOf(host: string, domains: readonly string[]): boolean {
  const name = host.toLowerCase()
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
}
