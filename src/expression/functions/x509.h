// SPDX-License-Identifier: Apache-2.0
//
// An X.509 certificate (RFC 5280) as the functions of the language see one: read, and never judged.
// Texts are written as .NET's X509Certificate2 writes them, because rules were made against it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expression/limits.h"

struct X509_name_st;
struct x509_st;

namespace tandem::expression {

// Whose name, and which part of a certificate speaks of it.
enum class CertificateParty : std::uint8_t {
  kSubject,
  kIssuer,
};

class Certificate {
 public:
  // DER; nullopt: these octets are no certificate.
  static std::optional<Certificate> read(std::string_view der);

  int version() const;               // 3 for nearly all
  std::string serialNumber() const;  // hex digits, the highest octet first
  // 100 ns since 1601; nullopt when the time is malformed or outside of 1601-9999.
  std::optional<std::int64_t> notBefore() const;
  std::optional<std::int64_t> notAfter() const;
  std::string sha1() const;  // hex digits

  std::string keyAlgorithm() const;                     // an OID
  std::string keyAlgorithmParameters() const;           // DER as hex digits; "" when there are none
  std::string signatureAlgorithm() const;               // an OID
  std::vector<std::string> criticalExtensions() const;  // OIDs

  // "CN=Ann Lee, O=Example, C=DE", the most specific first.
  std::string name(CertificateParty party) const;
  // The OID of the kind of value that comes first in name(): "2.5.4.3" for CN; "" without any.
  std::string nameOid(CertificateParty party) const;

  // The parts that CertNameInfo() picks from; "" where there is none.
  std::string nameValue(CertificateParty party, int nid) const;
  enum class Alternative : std::uint8_t {
    kEmail,
    kDns,
    kUrl,
    kUpn,
  };
  std::string alternativeName(CertificateParty party, Alternative kind) const;

 private:
  struct Free {
    void operator()(x509_st* certificate) const;
  };
  explicit Certificate(x509_st* certificate) : certificate_(certificate) {}
  const X509_name_st* rawName(CertificateParty party) const;

  std::unique_ptr<x509_st, Free> certificate_;
};

// "SimpleName", "EmailName", "UpnName", "DnsName", "DnsFromAlternativeName" or "UrlName"; nullopt
// for another kind.
std::optional<std::string> certificateNameInfo(const Certificate& certificate,
                                               std::string_view kind,
                                               CertificateParty party);

}  // namespace tandem::expression
