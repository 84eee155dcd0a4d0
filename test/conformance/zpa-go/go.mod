module latchkey.example/conformance/zpa-go

go 1.25

require github.com/zscaler/zscaler-sdk-go/v3 v3.8.40
