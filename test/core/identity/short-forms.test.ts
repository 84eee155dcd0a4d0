import { expect, test } from 'vitest'
import { identityOf } from '../../../scripts/cli/commands/identity.ts'

test('short forms on the command line are presets of the API', () => {
  const forms = {
    'github:octo/web': { preset: 'github', repository: 'octo/web' },
    'github:octo/web@release/*': { preset: 'github', repository: 'octo/web', branch: 'release/*' },
    'gitlab:a/b/c@main': { preset: 'gitlab', project: 'a/b/c', branch: 'main' },
    'kubernetes:shop/web@https://k8s.example/a': {
      preset: 'kubernetes',
      namespace: 'shop',
      service_account: 'web',
      issuer: 'https://k8s.example/a',
    },
    'google:739419398126': { preset: 'google', project_number: 739419398126 },
    'google:7/europe-west3-a': { preset: 'google', project_number: 7, zone: 'europe-west3-a' },
  }
  for (const [text, preset] of Object.entries(forms)) expect([text, identityOf(text)]).toEqual([text, preset])
})

test.each([
  '',
  'github',
  'bitbucket:a/b',
  'kubernetes:shop/web',
  'kubernetes:web@https://k8s.example',
  'google:shop',
])('%s is none', (text) => {
  expect(() => identityOf(text)).toThrow('--identity')
})
