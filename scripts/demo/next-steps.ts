/** What a person can type now: the same, by hand, against npm start. */
export const NEXT_STEPS = `Try it by hand:

  npm start                        # in another terminal; then:

  C=.latchkey/credentials.json; API=http://127.0.0.1:8787/api/v2
  AUTH=$(node -p "const c=require('./$C').illumio; c.auth_username+':'+c.secret")
  PROFILE=$(curl -s -u "$AUTH" $API/orgs/1/pairing_profiles --json '{"name":"web","enabled":true,"allowed_uses_per_key":3}' | node -p "JSON.parse(fs.readFileSync(0)).href")
  CODE=$(curl -s -u "$AUTH" $API$PROFILE/pairing_key --json '{}' | node -p "JSON.parse(fs.readFileSync(0)).activation_code")

  curl -i $API/agents/activate --json "{\\"activation_code\\":\\"$CODE\\",\\"hostname\\":\\"web-1\\",\\"claim\\":\\"$(openssl rand -hex 16)\\"}"
  curl -s -u "$AUTH" $API$PROFILE  # total_use_count; the fourth machine is refused`
