# With openapi-generator's Python client: profile, key, agent, list, revoke. Prints whether the agent is listed, and the key's state.
import os
import time
import uuid

import native

username, password = os.environ["LATCHKEY_LOGIN"].split(":")
api = native.ApiClient(native.Configuration(
    host=os.environ["LATCHKEY_URL"], username=username, password=password, ssl_ca_cert=os.environ["LATCHKEY_CA"]))
profile = native.ProfilesApi(api).profiles_create(native.ProfilesCreateInput(name=f"python {uuid.uuid4()}"))
key = native.KeysApi(api).keys_create(native.KeysCreateInput(profile_id=profile.id, max_uses=1))
enrolled = native.EnrollmentApi(api).enroll(native.EnrollInput(code=key.code, claim=str(uuid.uuid4())))
listed, end = [], time.monotonic() + 30
while not listed and time.monotonic() < end:
    time.sleep(0.1)
    listed = [agent.id for agent in native.AgentsApi(api).agents_list(key_id=key.id).items]
revoked = native.KeysApi(api).keys_revoke(key.id)
print(str(listed == [enrolled.agent.id]).lower(), revoked.state)
