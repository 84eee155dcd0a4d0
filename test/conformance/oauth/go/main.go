// Verifies an access token with go-oidc, refreshes with x/oauth2 and verifies again: prints the agent each time.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func main() {
	var asked struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		Audience     string `json:"audience"`
		Algorithm    string `json:"algorithm"`
		Metadata     struct {
			Issuer        string `json:"issuer"`
			JwksURI       string `json:"jwks_uri"`
			TokenEndpoint string `json:"token_endpoint"`
		} `json:"metadata"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	verifier := oidc.NewVerifier(asked.Metadata.Issuer, oidc.NewRemoteKeySet(ctx, asked.Metadata.JwksURI), &oidc.Config{
		ClientID:             asked.Audience,
		SupportedSigningAlgs: []string{asked.Algorithm},
	})
	verify := func(token string) {
		verified, err := verifier.Verify(ctx, token)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(verified.Subject)
	}
	verify(asked.AccessToken)
	config := oauth2.Config{Endpoint: oauth2.Endpoint{TokenURL: asked.Metadata.TokenEndpoint, AuthStyle: oauth2.AuthStyleInParams}}
	expired := &oauth2.Token{RefreshToken: asked.RefreshToken, Expiry: time.Now().Add(-time.Hour)}
	token, err := config.TokenSource(ctx, expired).Token()
	if err != nil {
		log.Fatal(err)
	}
	verify(token.AccessToken)
}
