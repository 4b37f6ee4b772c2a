// SPDX-License-Identifier: Apache-2.0
//
// What rules ask of the certificates in userCertificate. None of them is checked: not its
// signature, nor who issued it.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/bytes.h"
#include "expression/function.h"
#include "expression/functions/x509.h"

namespace tandem::expression {
namespace {

constexpr Parameter kCertificate{"certificate", types::kBinary | types::kString};

// DER, or base64 of it; base64 is often broken into lines.
std::optional<Certificate> readCertificate(const Value& value) {
  if (value.kind == Kind::kBinary) return Certificate::read(value.view());
  std::string digits(value.view());
  std::erase_if(digits, [](char c) { return c == '\r' || c == '\n' || c == ' '; });
  const std::optional<std::string> der = fromBase64(digits);
  return der ? Certificate::read(*der) : std::nullopt;
}

Value notOne(Workspace& work) {
  return work.fail("this value is no X.509 certificate; ask IsCert() where there may be others");
}

// Most functions read one text of the certificate.
template <auto text>
Value evaluateText(std::span<const Value> arguments, Workspace& work) {
  const auto certificate = readCertificate(arguments[0]);
  return certificate ? work.keep(text(*certificate)) : notOne(work);
}

template <auto text>
constexpr Function textFunction(std::string_view name,
                                std::string_view signature,
                                std::string_view summary) {
  return {.name = name,
          .signature = signature,
          .summary = summary,
          .parameters = {kCertificate},
          .required = 1,
          .allowed = 1,
          .returns = types::kString,
          .evaluate = evaluateText<text>};
}

constexpr auto kSubject = [](const Certificate& c) { return c.name(CertificateParty::kSubject); };
constexpr auto kIssuer = [](const Certificate& c) { return c.name(CertificateParty::kIssuer); };
constexpr auto kSubjectOid = [](const Certificate& c) {
  return c.nameOid(CertificateParty::kSubject);
};
constexpr auto kIssuerOid = [](const Certificate& c) {
  return c.nameOid(CertificateParty::kIssuer);
};
constexpr auto kSerial = [](const Certificate& c) { return c.serialNumber(); };
constexpr auto kSha1 = [](const Certificate& c) { return c.sha1(); };
constexpr auto kKeyAlgorithm = [](const Certificate& c) { return c.keyAlgorithm(); };
constexpr auto kKeyParameters = [](const Certificate& c) { return c.keyAlgorithmParameters(); };
constexpr auto kSignature = [](const Certificate& c) { return c.signatureAlgorithm(); };
constexpr auto kFormat = [](const Certificate&) { return std::string("X509"); };
constexpr auto kNoName = [](const Certificate&) { return std::string(); };

Value isCertificate(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& value = arguments[0];
  const bool octets = value.kind == Kind::kBinary || value.kind == Kind::kString;
  return Value::boolean(octets && !value.multi && readCertificate(value).has_value());
}

Value version(std::span<const Value> arguments, Workspace& work) {
  const auto certificate = readCertificate(arguments[0]);
  return certificate ? Value::integer(certificate->version()) : notOne(work);
}

Value timeOf(const std::optional<std::int64_t>& ticks, std::string_view name, Workspace& work) {
  return ticks ? Value::dateTime(*ticks)
               : work.fail(fmt::format("{}: the certificate's time cannot be read", name));
}

Value notBefore(std::span<const Value> arguments, Workspace& work) {
  const auto certificate = readCertificate(arguments[0]);
  return certificate ? timeOf(certificate->notBefore(), "CertNotBefore", work) : notOne(work);
}

Value notAfter(std::span<const Value> arguments, Workspace& work) {
  const auto certificate = readCertificate(arguments[0]);
  return certificate ? timeOf(certificate->notAfter(), "CertNotAfter", work) : notOne(work);
}

Value extensionOids(std::span<const Value> arguments, Workspace& work) {
  const auto certificate = readCertificate(arguments[0]);
  if (!certificate) return notOne(work);
  const std::vector<std::string> oids = certificate->criticalExtensions();
  Value* const items = work.arena.values(oids.size());
  for (std::size_t i = 0; i < oids.size(); ++i)
    items[i] = Value::text(work.arena.copy(oids[i]));
  return Value::list(Kind::kString, items, oids.size());
}

Value nameInfo(std::span<const Value> arguments, Workspace& work) {
  const auto certificate = readCertificate(arguments[0]);
  if (!certificate) return notOne(work);
  const auto party = arguments[2].isTrue() ? CertificateParty::kIssuer : CertificateParty::kSubject;
  const auto text = certificateNameInfo(*certificate, arguments[1].view(), party);
  if (text) return work.keep(*text);
  return work.fail(
      "CertNameInfo: the kind is one of SimpleName, EmailName, UpnName, DnsName, "
      "DnsFromAlternativeName, UrlName");
}

const Function kFunctions[] = {
    {.name = "CertExtensionOids",
     .signature = "mv CertExtensionOids(bin or str certificate)",
     .summary = "The OIDs of the critical extensions. Of several certificates, those of each.",
     .parameters = {kCertificate},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .returns_list = true,
     .evaluate = extensionOids},
    textFunction<kFormat>("CertFormat",
                          "str CertFormat(bin or str certificate)",
                          "\"X509\", the one format that there is."),
    textFunction<kNoName>("CertFriendlyName",
                          "str CertFriendlyName(bin or str certificate)",
                          "Always \"\": the alias that Windows shows stands in its certificate "
                          "store, not in the certificate."),
    textFunction<kSha1>("CertHashString",
                        "str CertHashString(bin or str certificate)",
                        "The SHA-1 hash of the certificate in hex digits, as CertThumbprint."),
    textFunction<kIssuer>("CertIssuer",
                          "str CertIssuer(bin or str certificate)",
                          "The name of who issued it: \"CN=Example CA, O=Example, C=DE\"."),
    textFunction<kIssuer>(
        "CertIssuerDN", "str CertIssuerDN(bin or str certificate)", "The same as CertIssuer."),
    textFunction<kIssuerOid>("CertIssuerOid",
                             "str CertIssuerOid(bin or str certificate)",
                             "The OID of what comes first in the issuer's name: 2.5.4.3 for CN."),
    textFunction<kKeyAlgorithm>("CertKeyAlgorithm",
                                "str CertKeyAlgorithm(bin or str certificate)",
                                "The OID of the key's algorithm: 1.2.840.113549.1.1.1 for RSA."),
    textFunction<kKeyParameters>("CertKeyAlgorithmParams",
                                 "str CertKeyAlgorithmParams(bin or str certificate)",
                                 "The parameters of the key's algorithm, DER in hex digits: 0500 "
                                 "for RSA; \"\" when there are none."),
    {.name = "CertNameInfo",
     .signature = "str CertNameInfo(bin or str certificate, str kind, bool ofIssuer)",
     .summary = "One name of the subject or the issuer: SimpleName, EmailName, UpnName, DnsName, "
                "DnsFromAlternativeName or UrlName; \"\" when the certificate has none.",
     .parameters = {kCertificate,
                    Parameter{"kind", types::kString},
                    Parameter{"ofIssuer", types::kBoolean}},
     .required = 3,
     .allowed = 3,
     .returns = types::kString,
     .evaluate = nameInfo},
    {.name = "CertNotAfter",
     .signature = "dt CertNotAfter(bin or str certificate)",
     .summary = "Until when it is valid, in UTC: what a server's time zone is must not change what "
                "is synchronized.",
     .parameters = {kCertificate},
     .required = 1,
     .allowed = 1,
     .returns = types::kDateTime,
     .evaluate = notAfter},
    {.name = "CertNotBefore",
     .signature = "dt CertNotBefore(bin or str certificate)",
     .summary = "From when on it is valid, in UTC.",
     .parameters = {kCertificate},
     .required = 1,
     .allowed = 1,
     .returns = types::kDateTime,
     .evaluate = notBefore},
    textFunction<kKeyAlgorithm>("CertPublicKeyOid",
                                "str CertPublicKeyOid(bin or str certificate)",
                                "The OID of the public key: that of its algorithm."),
    textFunction<kKeyAlgorithm>("CertPublicKeyParametersOid",
                                "str CertPublicKeyParametersOid(bin or str certificate)",
                                "The OID under which the key's parameters stand: that of its "
                                "algorithm, also for elliptic curves."),
    textFunction<kSerial>("CertSerialNumber",
                          "str CertSerialNumber(bin or str certificate)",
                          "The serial number in hex digits."),
    textFunction<kSignature>("CertSignatureAlgorithmOid",
                             "str CertSignatureAlgorithmOid(bin or str certificate)",
                             "The OID of the signature's algorithm."),
    textFunction<kSubject>("CertSubject",
                           "str CertSubject(bin or str certificate)",
                           "The name of whom it was issued to: \"CN=Ann Lee, O=Example, C=DE\"."),
    textFunction<kSubject>("CertSubjectNameDN",
                           "str CertSubjectNameDN(bin or str certificate)",
                           "The same as CertSubject."),
    textFunction<kSubjectOid>("CertSubjectNameOid",
                              "str CertSubjectNameOid(bin or str certificate)",
                              "The OID of what comes first in the subject's name: 2.5.4.3 for CN."),
    textFunction<kSha1>("CertThumbprint",
                        "str CertThumbprint(bin or str certificate)",
                        "The SHA-1 hash of the certificate in hex digits."),
    {.name = "CertVersion",
     .signature = "num CertVersion(bin or str certificate)",
     .summary = "The version of its format: 3 for nearly all.",
     .parameters = {kCertificate},
     .required = 1,
     .allowed = 1,
     .returns = types::kInteger,
     .evaluate = version},
    {.name = "IsCert",
     .signature = "bool IsCert(var value)",
     .summary =
         "True when the value is a certificate, DER or base64, of at most 64 KiB. Nothing of "
         "it is verified.",
     .parameters = {Parameter{"value", types::kAny}},
     .required = 1,
     .allowed = 1,
     .returns = types::kBoolean,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = isCertificate},
};

}  // namespace

std::span<const Function> certificateFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
