// With oapi-codegen's client: profile, key, agent, list, revoke. Prints whether the agent is listed, and the key's state.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"latchkey.example/native/client"
)

func main() {
	username, password, _ := strings.Cut(os.Getenv("LATCHKEY_LOGIN"), ":")
	sign := func(_ context.Context, request *http.Request) error {
		request.SetBasicAuth(username, password)
		return nil
	}
	api, err := client.NewClientWithResponses(os.Getenv("LATCHKEY_URL"), client.WithRequestEditorFn(sign))
	must(err)
	ctx := context.Background()
	name := fmt.Sprintf("oapi-codegen %d", time.Now().UnixNano())
	one := int32(1)
	claim := "a claim of " + name + " that is long enough"

	profile, err := api.ProfilesCreateWithResponse(ctx, client.ProfilesCreateInput{Name: name})
	must(err)
	key, err := api.KeysCreateWithResponse(ctx, client.KeysCreateInput{ProfileId: profile.JSON201.Id, MaxUses: &one})
	must(err)
	enrolled, err := api.EnrollWithResponse(ctx, client.EnrollInput{Code: key.JSON201.Code, Claim: &claim})
	must(err)
	listed := ""
	for end := time.Now().Add(30 * time.Second); listed == "" && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		page, err := api.AgentsListWithResponse(ctx, &client.AgentsListParams{KeyId: &key.JSON201.Id})
		must(err)
		for _, agent := range page.JSON200.Items {
			listed += agent.Id.String()
		}
	}
	revoked, err := api.KeysRevokeWithResponse(ctx, key.JSON201.Id)
	must(err)
	fmt.Println(listed == enrolled.JSON201.Agent.Id.String(), revoked.JSON200.State)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
