// The official Go SDK, unmodified, in both of its modes. Its hosts are the vendor's: a proxy in this process leads them to
// LATCHKEY_URL, and the SDK's own setting for tests leaves the name in the certificate unchecked.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"github.com/zscaler/zscaler-sdk-go/v3/zscaler"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa/services/appconnectorcontroller"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa/services/appconnectorgroup"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa/services/customerversionprofile"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa/services/enrollmentcert"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa/services/provisioningkey"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa/services/role_controller"
	"github.com/zscaler/zscaler-sdk-go/v3/zscaler/zpa/services/serviceedgegroup"
)

var ctx = context.Background()

type credentials struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	CustomerID   string `json:"customer_id"`
}

func main() {
	var all struct{ ZPA credentials }
	text, err := os.ReadFile(os.Getenv("LATCHKEY_CREDENTIALS"))
	must(err)
	must(json.Unmarshal(text, &all))
	address, err := url.Parse(os.Getenv("LATCHKEY_URL"))
	must(err)
	port, err := listenAsProxy(address.Host)
	must(err)
	// By the environment, since the SDK reads its own settings too late for its first request in OneAPI mode.
	must(os.Setenv("HTTPS_PROXY", fmt.Sprintf("http://127.0.0.1:%d", port)))
	must(os.Setenv("ZPA_TESTING_DISABLE_HTTPS_CHECK", "true"))
	must(os.Setenv("ZSCALER_TESTING_DISABLE_HTTPS_CHECK", "true"))
	count := 0
	failed := false
	for _, mode := range []struct {
		name string
		open func(credentials) (*zscaler.Service, error)
	}{{"legacy", legacy}, {"OneAPI", oneAPI}} {
		service, err := mode.open(all.ZPA)
		must(err)
		for _, one := range tests {
			count++
			if err := one.run(service); err != nil {
				failed = true
				fmt.Printf("not ok %d - %s: %s\n# %v\n", count, mode.name, one.name, err)
			} else {
				fmt.Printf("ok %d - %s: %s\n", count, mode.name, one.name)
			}
		}
	}
	fmt.Printf("1..%d\n", count)
	if failed {
		os.Exit(1)
	}
}

func legacy(of credentials) (*zscaler.Service, error) {
	config, err := zpa.NewConfiguration(
		zpa.WithZPAClientID(of.ClientID),
		zpa.WithZPAClientSecret(of.ClientSecret),
		zpa.WithZPACustomerID(of.CustomerID),
		zpa.WithCache(false),
	)
	if err != nil {
		return nil, err
	}
	return zscaler.NewLegacyZpaClient(config)
}

func oneAPI(of credentials) (*zscaler.Service, error) {
	config, err := zscaler.NewConfiguration(
		zscaler.WithClientID(of.ClientID),
		zscaler.WithClientSecret(of.ClientSecret),
		zscaler.WithVanityDomain("latchkey"),
		zscaler.WithZPACustomerID(of.CustomerID),
		zscaler.WithCache(false),
	)
	if err != nil {
		return nil, err
	}
	return zscaler.NewOneAPIClient(config)
}

var tests = []struct {
	name string
	run  func(*zscaler.Service) error
}{
	{"certificates, version profiles and roles by their names", readNames},
	{"a connector's group and key: make, find, change, enroll, delete", walkConnectors},
	{"a service edge's group and key: make, find, delete", walkServiceEdges},
	{"names with characters that the SDK strips are found", findStripped},
}

func readNames(service *zscaler.Service) error {
	for _, wanted := range []string{"Root", "CONNECTOR", "service edge", "Isolation Client"} {
		if _, _, err := enrollmentcert.GetByName(ctx, service, wanted); err != nil {
			return err
		}
	}
	profile, _, err := customerversionprofile.GetByName(ctx, service, "New Release")
	if err != nil || profile.ID != "2" {
		return fmt.Errorf("the version profile: %v, %v", profile, err)
	}
	roles, _, err := role_controller.GetAll(ctx, service)
	if err != nil || len(roles) != 2 {
		return fmt.Errorf("the roles: %v, %v", roles, err)
	}
	return nil
}

func walkConnectors(service *zscaler.Service) error {
	group, err := makeGroup(service, name())
	if err != nil {
		return err
	}
	key, err := makeKey(service, "CONNECTOR_GRP", "Connector", group.ID, name())
	if err != nil {
		return err
	}
	found, _, _, err := provisioningkey.GetByNameAllAssociations(ctx, service, key.Name)
	if err != nil || found.ID != key.ID || found.ZcomponentName != group.Name {
		return fmt.Errorf("the key by its name: %v, %v", found, err)
	}
	ofGroup, err := keysOf(service, group.ID)
	if err != nil || len(ofGroup) != 1 {
		return fmt.Errorf("the keys of the group: %v, %v", ofGroup, err)
	}
	found.MaxUsage = "3"
	if _, err := provisioningkey.Update(ctx, service, "CONNECTOR_GRP", found.ID, found); err != nil {
		return err
	}
	ids := []string{}
	for range 3 {
		id, err := enroll(key.ProvisioningKey)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	connector, _, err := appconnectorcontroller.Get(ctx, service, ids[0])
	if err != nil || connector.AppConnectorGroupName != group.Name {
		return fmt.Errorf("the connector: %v, %v", connector, err)
	}
	connector.Enabled = false
	connector.Description = "about"
	if _, _, err := appconnectorcontroller.Update(ctx, service, connector.ID, *connector); err != nil {
		return err
	}
	if _, err := appconnectorcontroller.Delete(ctx, service, ids[0]); err != nil {
		return err
	}
	if _, err := appconnectorcontroller.BulkDelete(ctx, service, ids[1:]); err != nil {
		return err
	}
	if _, _, err := appconnectorcontroller.Get(ctx, service, ids[2]); err == nil {
		return fmt.Errorf("the connector is still there")
	}
	if _, err := provisioningkey.Delete(ctx, service, "CONNECTOR_GRP", key.ID); err != nil {
		return err
	}
	_, err = appconnectorgroup.Delete(ctx, service, group.ID)
	return err
}

func walkServiceEdges(service *zscaler.Service) error {
	group, _, err := serviceedgegroup.Create(ctx, service, serviceedgegroup.ServiceEdgeGroup{
		Name: name(), Enabled: true, Latitude: "46.95", Longitude: "7.44", Location: "Bern, CH", IsPublic: "TRUE",
	})
	if err != nil {
		return err
	}
	found, _, err := serviceedgegroup.GetByName(ctx, service, group.Name)
	if err != nil || found.ID != group.ID {
		return fmt.Errorf("the group by its name: %v, %v", found, err)
	}
	key, err := makeKey(service, "SERVICE_EDGE_GRP", "Service Edge", group.ID, name())
	if err != nil {
		return err
	}
	if _, err := provisioningkey.Delete(ctx, service, "SERVICE_EDGE_GRP", key.ID); err != nil {
		return err
	}
	_, err = serviceedgegroup.Delete(ctx, service, group.ID)
	return err
}

func findStripped(service *zscaler.Service) error {
	group, err := makeGroup(service, "Lab (a): #1 & "+name())
	if err != nil {
		return err
	}
	found, _, err := appconnectorgroup.GetByName(ctx, service, group.Name)
	if err != nil || found.ID != group.ID {
		return fmt.Errorf("the group by its name: %v, %v", found, err)
	}
	_, err = appconnectorgroup.Delete(ctx, service, group.ID)
	return err
}

func makeGroup(service *zscaler.Service, name string) (*appconnectorgroup.AppConnectorGroup, error) {
	group, _, err := appconnectorgroup.Create(ctx, service, appconnectorgroup.AppConnectorGroup{
		Name: name, Enabled: true, Latitude: "46.95", Longitude: "7.44", Location: "Bern, CH", CountryCode: "CH",
	})
	return group, err
}

func makeKey(service *zscaler.Service, kind, certificate, group, name string) (*provisioningkey.ProvisioningKey, error) {
	signing, _, err := enrollmentcert.GetByName(ctx, service, certificate)
	if err != nil {
		return nil, err
	}
	key, _, err := provisioningkey.Create(ctx, service, kind, &provisioningkey.ProvisioningKey{
		Name: name, Enabled: true, MaxUsage: "2", EnrollmentCertID: signing.ID, ZcomponentID: group,
	})
	return key, err
}

func keysOf(service *zscaler.Service, group string) ([]provisioningkey.ProvisioningKey, error) {
	keys, err := provisioningkey.GetAllByZComponentID(ctx, service, "CONNECTOR_GRP", group)
	return keys, err
}

// enroll does what a component does; the vendor's own protocol is private.
func enroll(key string) (string, error) {
	print := make([]byte, 32)
	rand.Read(print)
	body, _ := json.Marshal(map[string]string{
		"provisioningKey": key, "fingerprint": base64.StdEncoding.EncodeToString(print),
	})
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	answer, err := client.Post(os.Getenv("LATCHKEY_URL")+"/enroll", "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var made struct{ ID string }
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || made.ID == "" {
		return "", fmt.Errorf("enrollment was answered %d", answer.StatusCode)
	}
	return made.ID, nil
}

func name() string {
	random := make([]byte, 8)
	rand.Read(random)
	return "tests-" + hex.EncodeToString(random)
}

func must(err error) {
	if err != nil {
		fmt.Printf("Bail out! %v\n", err)
		os.Exit(1)
	}
}
