/** How a machine redeems a code, for the places where machines come from. */
type Redeemer = { readonly url: string; readonly code: string }

const CLAIM = '$(cat /etc/machine-id)-$(hostname)'

export const RECIPES = {
  shell: ({ url, code }) =>
    `curl -fsS ${url}/v1/enroll -H 'Content-Type: application/json' \\\n` +
    `  -d "{\\"code\\": \\"${code}\\", \\"claim\\": \\"${CLAIM}\\", \\"hostname\\": \\"$(hostname)\\"}"\n`,
  env: ({ url, code }) => `LATCHKEY_URL=${url}\nLATCHKEY_CODE=${code}\n`,
  'cloud-init': ({ url, code }) => `#cloud-config
write_files:
  - path: /etc/latchkey/code
    permissions: '0600'
    content: ${code}
runcmd:
  - [latchkey, enroll, ${url}, --code-file, /etc/latchkey/code, --state, /var/lib/latchkey, --if-needed]
`,
  compose: ({ url, code }) => `services:
  agent:
    image: your-agent
    environment:
      LATCHKEY_URL: ${url}
      LATCHKEY_CODE: ${code}
`,
  k8s: ({ url, code }) => `apiVersion: v1
kind: Secret
metadata:
  name: latchkey
stringData:
  LATCHKEY_URL: ${url}
  LATCHKEY_CODE: ${code}
`,
  terraform: ({ url, code }) => `latchkey_url  = "${url}"\nlatchkey_code = "${code}"\n`,
} as const satisfies Readonly<Record<string, (redeemer: Redeemer) => string>>
