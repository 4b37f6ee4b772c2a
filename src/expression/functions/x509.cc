// SPDX-License-Identifier: Apache-2.0
#include "expression/functions/x509.h"

#include <array>
#include <ctime>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/check.h"
#include "expression/functions/date_text.h"

namespace tandem::expression {
namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string oidText(const ASN1_OBJECT* object) {
  std::array<char, 256> text{};
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, /*no_name=*/1);
  return size > 0 && size < static_cast<int>(text.size()) ? text.data() : "";
}

std::optional<std::int64_t> ticksOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  CalendarTime calendar;
  calendar.year = parts.tm_year + 1900;
  calendar.month = static_cast<unsigned>(parts.tm_mon) + 1;
  calendar.day = static_cast<unsigned>(parts.tm_mday);
  calendar.hour = static_cast<unsigned>(parts.tm_hour);
  calendar.minute = static_cast<unsigned>(parts.tm_min);
  calendar.second = static_cast<unsigned>(parts.tm_sec);
  return toTicks(calendar);
}

const X509_ALGOR* keyAlgorithmOf(const X509* certificate) {
  X509_ALGOR* algorithm = nullptr;
  const X509_PUBKEY* const key = X509_get_X509_PUBKEY(certificate);
  if (key == nullptr || X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, key) != 1)
    return nullptr;
  return algorithm;
}

}  // namespace

void Certificate::Free::operator()(x509_st* certificate) const {
  X509_free(certificate);
}

std::optional<Certificate> Certificate::read(std::string_view der) {
  if (der.empty() || der.size() > kCertificateBytesMax) return std::nullopt;
  const unsigned char* at = octets(der);
  Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  // What OpenSSL notes of malformed input would otherwise be found by the next TLS connection.
  ERR_clear_error();
  const bool whole = at == octets(der) + der.size();
  if (certificate.certificate_ == nullptr || !whole) return std::nullopt;
  return certificate;
}

int Certificate::version() const {
  return static_cast<int>(X509_get_version(certificate_.get())) + 1;
}

std::string Certificate::serialNumber() const {
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(certificate_.get());
  const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                               static_cast<std::size_t>(ASN1_STRING_length(serial)));
  // DER puts a zero before a number that would look negative, and .NET shows it.
  const bool padded = !bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80) != 0;
  return (padded ? "00" : "") + toHexUpper(bytes);
}

std::optional<std::int64_t> Certificate::notBefore() const {
  return ticksOf(X509_get0_notBefore(certificate_.get()));
}

std::optional<std::int64_t> Certificate::notAfter() const {
  return ticksOf(X509_get0_notAfter(certificate_.get()));
}

std::string Certificate::sha1() const {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const int done = X509_digest(
      certificate_.get(), EVP_sha1(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  TANDEM_CHECK(done == 1);
  digest.resize(size);
  return toHexUpper(digest);
}

std::string Certificate::keyAlgorithm() const {
  const X509_ALGOR* const algorithm = keyAlgorithmOf(certificate_.get());
  return algorithm == nullptr ? "" : oidText(algorithm->algorithm);
}

std::string Certificate::keyAlgorithmParameters() const {
  const X509_ALGOR* const algorithm = keyAlgorithmOf(certificate_.get());
  if (algorithm == nullptr || algorithm->parameter == nullptr) return "";
  unsigned char* der = nullptr;
  const int size = i2d_ASN1_TYPE(algorithm->parameter, &der);
  if (size <= 0) return "";
  std::string hex =
      toHexUpper({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return hex;
}

std::string Certificate::signatureAlgorithm() const {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate_.get());
  return algorithm == nullptr ? "" : oidText(algorithm->algorithm);
}

std::vector<std::string> Certificate::criticalExtensions() const {
  std::vector<std::string> oids;
  for (int i = 0; i < X509_get_ext_count(certificate_.get()); ++i) {
    X509_EXTENSION* const extension = X509_get_ext(certificate_.get(), i);
    if (X509_EXTENSION_get_critical(extension) == 1)
      oids.push_back(oidText(X509_EXTENSION_get_object(extension)));
  }
  return oids;
}

const X509_name_st* Certificate::rawName(CertificateParty party) const {
  return party == CertificateParty::kSubject ? X509_get_subject_name(certificate_.get())
                                             : X509_get_issuer_name(certificate_.get());
}

std::string Certificate::nameOid(CertificateParty party) const {
  const X509_NAME* const name = rawName(party);
  const int count = X509_NAME_entry_count(name);
  if (count < 1) return "";
  return oidText(X509_NAME_ENTRY_get_object(X509_NAME_get_entry(name, count - 1)));
}

}  // namespace tandem::expression
