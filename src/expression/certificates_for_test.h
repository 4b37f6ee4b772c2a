// SPDX-License-Identifier: Apache-2.0
//
// Two certificates, made for these tests with the openssl program; their keys are thrown away.
#pragma once

#include <string_view>

namespace tandem::expression {

// RSA, to itself; valid from 2026-11-26 01:54:36 to 2036-11-23; subject and issuer
// C=DE, ST=Hessen, O="Example, Inc.", OU=People, CN=Zoë Lee, emailAddress=zoe@example.com; critical
// basicConstraints and keyUsage; alternative names of every kind that is looked for.
constexpr std::string_view kRsaCertificate =
    "MIIDOTCCAqKgAwIBAgIEAKGywzANBgkqhkiG9w0BAQsFADB6MQswCQYDVQQGEwJERTEPMA0GA1UE"
    "CAwGSGVzc2VuMRYwFAYDVQQKDA1FeGFtcGxlLCBJbmMuMQ8wDQYDVQQLDAZQZW9wbGUxETAPBgNV"
    "BAMMCFpvw6sgTGVlMR4wHAYJKoZIhvcNAQkBFg96b2VAZXhhbXBsZS5jb20wHhcNMjYxMTI2MDE1"
    "NDM2WhcNMzYxMTIzMDE1NDM2WjB6MQswCQYDVQQGEwJERTEPMA0GA1UECAwGSGVzc2VuMRYwFAYD"
    "VQQKDA1FeGFtcGxlLCBJbmMuMQ8wDQYDVQQLDAZQZW9wbGUxETAPBgNVBAMMCFpvw6sgTGVlMR4w"
    "HAYJKoZIhvcNAQkBFg96b2VAZXhhbXBsZS5jb20wgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB"
    "AKvrKJZl/t6Hsn+v5vQE2eb2YCiN15BEkG/PIddFPSAVW5Ptai0psmAwzOmAp6uOaQu36kRuIUC/"
    "ht2ptgkJtxVHxP+hxv59n4zWCjRdIhvzS3/A1qcyNV8oZpY9zSAfu4xLCN+JvUtfvZBI5073orFe"
    "DI6+GclfVe1d22W2wX7ZAgMBAAGjgcswgcgwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4Aw"
    "bgYDVR0RBGcwZYETem9lLmxlZUBleGFtcGxlLmNvbYIPcGMxLmV4YW1wbGUuY29thhdodHRwczov"
    "L2V4YW1wbGUuY29tL3pvZaAkBgorBgEEAYI3FAIDoBYMFHpvZUBjb3JwLmV4YW1wbGUuY29tMBkG"
    "A1UdEgQSMBCBDmNhQGV4YW1wbGUuY29tMB0GA1UdDgQWBBS39CIWlqOxzG5POMnCY+k7+sDsZTAN"
    "BgkqhkiG9w0BAQsFAAOBgQCeprmsp84ctRcFnvfwJsI26vd2OYJJO1ITSMEtE0h9uEiYbGTASREl"
    "fLlGczYNwie8PWUrqX94U81LIrfTmY7g5diLT/GZkpGyokBIY1v44fhiRTY8Ra9BOGd3gk7lQNmg"
    "9bP/JghEXQY2vz5TAcBkW5T9F+q692upCsiCCXWVUA==";

// Elliptic curve, version 1, without extensions; subject DC=example, 2.3.4=odd, CN=old.
constexpr std::string_view kEcCertificate =
    "MIIB1jCCAT8CAQcwDQYJKoZIhvcNAQELBQAwejELMAkGA1UEBhMCREUxDzANBgNVBAgMBkhlc3Nl"
    "bjEWMBQGA1UECgwNRXhhbXBsZSwgSW5jLjEPMA0GA1UECwwGUGVvcGxlMREwDwYDVQQDDAhab8Or"
    "IExlZTEeMBwGCSqGSIb3DQEJARYPem9lQGV4YW1wbGUuY29tMB4XDTI2MTEyNjAxNTQzNloXDTM2"
    "MTEyMzAxNTQzNlowNDEXMBUGCgmSJomT8ixkARkWB2V4YW1wbGUxCzAJBgJTBAwDb2RkMQwwCgYD"
    "VQQDDANvbGQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASOqH8KUj1c3VI37Fqp5u5j8VIkR2IR"
    "6Wo/V8KUd2ovGprgS8EIuP6PKWHfWiWB9WUqnsOyNUMWe5sjebsX6f4WMA0GCSqGSIb3DQEBCwUA"
    "A4GBAGBns3iitnw/jD17e4OPr/hJBUnadZzP487rH6VvyE2DTc2ORPMG2IrPYe0MFXMoQjToj8Y2"
    "XxXW5R1bYUq0aVYeJCzpLdi3Roxm481E23OA6tmDd5i5igpoprI53lRAQdwzIF+doQJ2wwNCSKvp"
    "AYdcv/0jdat76SraveeaQ+RN";

}  // namespace tandem::expression
