export type StoredApiKey = {
  readonly id: string
  readonly organization: number
  readonly principal: { readonly id: number; readonly name: string; readonly roles: readonly string[] }
  readonly secretHash: string
  readonly ringVersion: number
}

export type CredentialStore = {
  findApiKey(id: string): Promise<StoredApiKey | null>
}
