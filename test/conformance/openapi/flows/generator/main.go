// With openapi-generator's Go client: profile, key, agent, list, revoke. Prints whether the agent is listed, and the key's state.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	native "latchkey.example/native"
)

func main() {
	username, password, _ := strings.Cut(os.Getenv("LATCHKEY_LOGIN"), ":")
	configuration := native.NewConfiguration()
	configuration.Servers = native.ServerConfigurations{{URL: os.Getenv("LATCHKEY_URL")}}
	api := native.NewAPIClient(configuration)
	credential := native.BasicAuth{UserName: username, Password: password}
	ctx := context.WithValue(context.Background(), native.ContextBasicAuth, credential)
	name := fmt.Sprintf("go %d", time.Now().UnixNano())

	profile, _, err := api.ProfilesAPI.ProfilesCreate(ctx).ProfilesCreateInput(*native.NewProfilesCreateInput(name)).Execute()
	must(err)
	wanted := native.NewKeysCreateInput(profile.Id)
	wanted.SetMaxUses(1)
	key, _, err := api.KeysAPI.KeysCreate(ctx).KeysCreateInput(*wanted).Execute()
	must(err)
	attempt := native.NewEnrollInput(key.Code)
	attempt.SetClaim("a claim of " + name + " that is long enough")
	enrolled, _, err := api.EnrollmentAPI.Enroll(ctx).EnrollInput(*attempt).Execute()
	must(err)
	listed := ""
	for end := time.Now().Add(30 * time.Second); listed == "" && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		page, _, err := api.AgentsAPI.AgentsList(ctx).KeyId(key.Id).Execute()
		must(err)
		for _, agent := range page.Items {
			listed += agent.Id
		}
	}
	revoked, _, err := api.KeysAPI.KeysRevoke(ctx, key.Id).Execute()
	must(err)
	fmt.Println(listed == enrolled.Agent.Id, revoked.State)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
