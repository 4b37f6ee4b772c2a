// SPDX-License-Identifier: Apache-2.0
//
// Names in certificates: as one text, and the parts that CertNameInfo() picks.
#include <array>
#include <utility>

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/bytes.h"
#include "base/text.h"
#include "expression/functions/x509.h"

namespace tandem::expression {
namespace {

// Windows' words for the kinds of a name; the others are written as their OID.
constexpr std::array<std::pair<int, std::string_view>, 15> kKeywords = {{
    {NID_commonName, "CN"},
    {NID_countryName, "C"},
    {NID_localityName, "L"},
    {NID_stateOrProvinceName, "S"},
    {NID_organizationName, "O"},
    {NID_organizationalUnitName, "OU"},
    {NID_streetAddress, "STREET"},
    {NID_domainComponent, "DC"},
    {NID_pkcs9_emailAddress, "E"},
    {NID_title, "T"},
    {NID_givenName, "G"},
    {NID_initials, "I"},
    {NID_surname, "SN"},
    {NID_serialNumber, "SERIALNUMBER"},
    {NID_description, "Description"},
}};

// UTF-8, whatever of ASN.1's kinds of text it is; what cannot be read is left out.
std::string textOf(const ASN1_STRING* value) {
  unsigned char* utf8 = nullptr;
  const int size = value == nullptr ? -1 : ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return "";
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return isValidUtf8(text) ? text : "";
}

std::string keywordOf(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  for (const auto& [known, word] : kKeywords) {
    if (known == nid && nid != NID_undef) return std::string(word);
  }
  std::array<char, 256> oid{};
  OBJ_obj2txt(oid.data(), static_cast<int>(oid.size()), object, /*no_name=*/1);
  return std::string("OID.") + oid.data();
}

// In quotes where a comma or a blank would otherwise be taken for one between parts.
std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && trimAscii(text) == text &&
                     text.find_first_of(",+=\"\n<>#;") == std::string::npos;
  if (plain) return text;
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

// UTF-8 text behind Microsoft's own kind of alternative name: the UPN of a smart card.
std::string upnOf(const OTHERNAME& name) {
  if (OBJ_obj2nid(name.type_id) != NID_ms_upn) return "";
  if (name.value == nullptr || ASN1_TYPE_get(name.value) != V_ASN1_UTF8STRING) return "";
  return textOf(name.value->value.utf8string);
}

std::string alternativeOf(const GENERAL_NAME& name, Certificate::Alternative kind) {
  switch (kind) {
    case Certificate::Alternative::kEmail:
      return name.type == GEN_EMAIL ? textOf(name.d.rfc822Name) : "";
    case Certificate::Alternative::kDns:
      return name.type == GEN_DNS ? textOf(name.d.dNSName) : "";
    case Certificate::Alternative::kUrl:
      return name.type == GEN_URI ? textOf(name.d.uniformResourceIdentifier) : "";
    case Certificate::Alternative::kUpn:
      return name.type == GEN_OTHERNAME ? upnOf(*name.d.otherName) : "";
  }
  return "";
}

// The first of them that is there.
template <typename... Texts>
std::string firstOf(Texts... texts) {
  std::string found;
  ((found.empty() ? void(found = std::move(texts)) : void()), ...);
  return found;
}

}  // namespace

std::string Certificate::name(CertificateParty party) const {
  const X509_NAME* const name = rawName(party);
  std::string text;
  int set = -1;
  for (int i = X509_NAME_entry_count(name) - 1; i >= 0; --i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    if (!text.empty()) text += X509_NAME_ENTRY_set(entry) == set ? " + " : ", ";
    set = X509_NAME_ENTRY_set(entry);
    text += keywordOf(X509_NAME_ENTRY_get_object(entry)) + "=" +
            quoted(textOf(X509_NAME_ENTRY_get_data(entry)));
  }
  return text;
}

std::string Certificate::nameValue(CertificateParty party, int nid) const {
  const X509_NAME* const name = rawName(party);
  // The last is the most specific.
  for (int i = X509_NAME_entry_count(name) - 1; i >= 0; --i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == nid)
      return textOf(X509_NAME_ENTRY_get_data(entry));
  }
  return "";
}

std::string Certificate::alternativeName(CertificateParty party, Alternative kind) const {
  const int nid = party == CertificateParty::kSubject ? NID_subject_alt_name : NID_issuer_alt_name;
  auto* const names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate_.get(), nid, nullptr, nullptr));
  std::string found;
  for (int i = 0; names != nullptr && found.empty() && i < sk_GENERAL_NAME_num(names); ++i)
    found = alternativeOf(*sk_GENERAL_NAME_value(names, i), kind);
  GENERAL_NAMES_free(names);
  return found;
}

std::optional<std::string> certificateNameInfo(const Certificate& certificate,
                                               std::string_view kind,
                                               CertificateParty party) {
  using Alternative = Certificate::Alternative;
  const auto named = [&](int nid) { return certificate.nameValue(party, nid); };
  const auto alternative = [&](Alternative which) {
    return certificate.alternativeName(party, which);
  };
  if (equalsIgnoreCaseAscii(kind, "SimpleName")) {
    return firstOf(named(NID_commonName),
                   named(NID_organizationalUnitName),
                   named(NID_organizationName),
                   named(NID_pkcs9_emailAddress),
                   alternative(Alternative::kEmail));
  }
  if (equalsIgnoreCaseAscii(kind, "EmailName")) {
    return firstOf(alternative(Alternative::kEmail), named(NID_pkcs9_emailAddress));
  }
  if (equalsIgnoreCaseAscii(kind, "UpnName")) return alternative(Alternative::kUpn);
  if (equalsIgnoreCaseAscii(kind, "DnsName")) {
    return firstOf(alternative(Alternative::kDns), named(NID_commonName));
  }
  if (equalsIgnoreCaseAscii(kind, "DnsFromAlternativeName")) return alternative(Alternative::kDns);
  if (equalsIgnoreCaseAscii(kind, "UrlName")) return alternative(Alternative::kUrl);
  return std::nullopt;
}

}  // namespace tandem::expression
