/** How a machine redeems a code, for the places where machines come from. */
type Redeemer = { readonly url: string; readonly code: string }

export const RECIPES = {
  // Neither the code nor the claim is in an argument, which other users of the machine can read; the claim is kept for a retry.
  shell: ({ url, code }) => `umask 077
[ -s claim ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \\n' > claim
curl -fsS ${url}/v1/enroll -H 'Content-Type: application/json' -d @- <<END
{"code": "${code}", "claim": "$(cat claim)", "hostname": "$(hostname)"}
END
`,
  // What `/i` runs keeps the claim, and a program that has a fresh token.
  curl: ({ url, code }) => `umask 077
cat > latchkey-code <<END
${code}
END
curl -fsS ${url}/i | sh -s -- --code-file latchkey-code
`,
  env: ({ url, code }) => `LATCHKEY_URL=${url}\nLATCHKEY_CODE=${code}\n`,
  'cloud-init': ({ url, code }) => `#cloud-config
write_files:
  - path: /etc/latchkey/code
    permissions: '0600'
    content: ${code}
runcmd:
  - curl -fsS ${url}/i | sh -s -- --code-file /etc/latchkey/code
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
