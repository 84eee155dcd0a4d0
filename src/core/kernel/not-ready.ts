/** The deployment lacks what it needs to serve: a setting, a secret, a keyring that opens. Its message names it. */
export class NotReady extends Error {
  override readonly name = 'NotReady'
}
