terraform {
  required_providers {
    zpa = {
      source  = "zscaler/zpa"
      version = "4.4.8"
    }
  }
}

variable "suffix" {
  type = string
}

variable "uses" {
  type = string
}

data "zpa_enrollment_cert" "connector" {
  name = "Connector"
}

resource "zpa_app_connector_group" "lab" {
  name                     = "tests (lab) ${var.suffix}"
  description              = "uses: ${var.uses}"
  latitude                 = "46.95"
  longitude                = "7.44"
  location                 = "Bern, CH"
  country_code             = "CH"
  override_version_profile = true
  version_profile_name     = "New Release"
}

resource "zpa_provisioning_key" "lab" {
  name               = "tests-${var.suffix}"
  association_type   = "CONNECTOR_GRP"
  max_usage          = var.uses
  enrollment_cert_id = data.zpa_enrollment_cert.connector.id
  zcomponent_id      = zpa_app_connector_group.lab.id
}
