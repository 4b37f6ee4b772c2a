// SPDX-License-Identifier: Apache-2.0
#include "platform/certificate.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr long kDay = 24L * 3600;
constexpr long kAuthorityDays = 3650;
constexpr long kLeafDays = 90;
constexpr long kRenewDays = 30;

struct Pair {
  X509Ptr certificate;
  KeyPtr key;
};

Error cryptoError(const std::string& doing) {
  return Error(ErrorCode::kInternal, doing + " failed in OpenSSL");
}

std::optional<std::string> readText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Written beside and renamed, so that a crash leaves the old file or the new one.
Result<void> writeText(const std::string& path, const std::string& text, mode_t mode) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
  const bool written =
      fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = fd >= 0 && ::fsync(fd) == 0 && ::close(fd) == 0;
  if (!written || !closed || ::rename(fresh.c_str(), path.c_str()) != 0) {
    return Error(ErrorCode::kUnavailable,
                 "cannot write " + path + "; is the folder writable and the disk not full?");
  }
  return {};
}

std::string toText(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string toPem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return toText(bio.get());
}

std::string toPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return toText(bio.get());
}

BioPtr fromText(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::optional<Pair> loadPair(const std::string& certificate_path, const std::string& key_path) {
  const auto certificate = readText(certificate_path);
  const auto key = readText(key_path);
  if (!certificate || !key) return std::nullopt;
  Pair pair{X509Ptr(PEM_read_bio_X509(fromText(*certificate).get(), nullptr, nullptr, nullptr)),
            KeyPtr(PEM_read_bio_PrivateKey(fromText(*key).get(), nullptr, nullptr, nullptr))};
  if (!pair.certificate || !pair.key) return std::nullopt;
  if (X509_check_private_key(pair.certificate.get(), pair.key.get()) != 1) return std::nullopt;
  return pair;
}

bool endsWithin(X509* certificate, std::time_t now, long days) {
  std::time_t limit = now + days * kDay;
  return X509_cmp_time(X509_get0_notAfter(certificate), &limit) <= 0;
}

bool isAddress(const std::string& name) {
  unsigned char raw[16];
  return inet_pton(AF_INET, name.c_str(), raw) == 1 || inet_pton(AF_INET6, name.c_str(), raw) == 1;
}

bool covers(X509* leaf, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const int found = isAddress(name)
                          ? X509_check_ip_asc(leaf, name.c_str(), 0)
                          : X509_check_host(leaf, name.c_str(), name.size(), 0, nullptr);
    if (found != 1) return false;
  }
  return true;
}

bool addExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

X509Ptr blank(EVP_PKEY* key, const std::string& common_name, std::time_t now, long days) {
  X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  unsigned char serial[16];
  RAND_bytes(serial, sizeof serial);
  serial[0] = static_cast<unsigned char>(serial[0] & 0x7f);  // RFC 5280 4.1.2.2: positive
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  // An hour back, for clients whose clock is a little behind ours.
  X509_time_adj_ex(X509_getm_notBefore(certificate.get()), 0, -3600, &now);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), static_cast<int>(days), 0, &now);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()),
                             "CN",
                             MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()),
                             -1,
                             -1,
                             0);
  return certificate;
}

Result<Pair> makeAuthority(std::time_t now) {
  Pair pair;
  pair.key.reset(EVP_EC_gen("P-256"));
  if (!pair.key) return cryptoError("making the authority's key");
  pair.certificate = blank(pair.key.get(), "Tandem local authority", now, kAuthorityDays);
  X509* c = pair.certificate.get();
  X509_set_issuer_name(c, X509_get_subject_name(c));
  const bool good = addExtension(c, c, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    addExtension(c, c, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    addExtension(c, c, NID_subject_key_identifier, "hash") &&
                    X509_sign(c, pair.key.get(), EVP_sha256()) > 0;
  if (!good) return cryptoError("making the authority's certificate");
  return pair;
}

Result<Pair> makeLeaf(const Pair& authority,
                      const std::vector<std::string>& names,
                      std::time_t now) {
  Pair pair;
  pair.key.reset(EVP_EC_gen("P-256"));
  if (!pair.key) return cryptoError("making the server's key");
  pair.certificate = blank(pair.key.get(), names.front(), now, kLeafDays);
  std::string sans;
  for (const auto& name : names) {
    sans += (sans.empty() ? "" : ",") + std::string(isAddress(name) ? "IP:" : "DNS:") + name;
  }
  X509* c = pair.certificate.get();
  X509* issuer = authority.certificate.get();
  X509_set_issuer_name(c, X509_get_subject_name(issuer));
  const bool good = addExtension(c, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                    addExtension(c, issuer, NID_key_usage, "critical,digitalSignature") &&
                    addExtension(c, issuer, NID_ext_key_usage, "serverAuth") &&
                    addExtension(c, issuer, NID_subject_key_identifier, "hash") &&
                    addExtension(c, issuer, NID_authority_key_identifier, "keyid") &&
                    addExtension(c, issuer, NID_subject_alt_name, sans) &&
                    X509_sign(c, authority.key.get(), EVP_sha256()) > 0;
  if (!good) {
    return Error(ErrorCode::kInvalidArgument,
                 "cannot make a certificate for " + sans + "; is each a host name or an address?");
  }
  return pair;
}

Result<Pair> makeIdentity(const std::string& name, std::time_t now) {
  Pair pair;
  pair.key.reset(EVP_EC_gen("P-256"));
  if (!pair.key) return cryptoError("making the server's key");
  pair.certificate = blank(pair.key.get(), name, now, kAuthorityDays);
  X509* c = pair.certificate.get();
  X509_set_issuer_name(c, X509_get_subject_name(c));
  const bool good = addExtension(c, c, NID_basic_constraints, "critical,CA:FALSE") &&
                    addExtension(c, c, NID_key_usage, "critical,digitalSignature") &&
                    addExtension(c, c, NID_ext_key_usage, "serverAuth,clientAuth") &&
                    addExtension(c, c, NID_subject_key_identifier, "hash") &&
                    X509_sign(c, pair.key.get(), EVP_sha256()) > 0;
  if (!good) return cryptoError("making the server's certificate");
  return pair;
}

Result<void> writePair(const Pair& pair,
                       const std::string& certificate_path,
                       const std::string& key_path,
                       const std::string& chain) {
  TRY(writeText(key_path, toPem(pair.key.get()), 0600));
  TRY(writeText(certificate_path, toPem(pair.certificate.get()) + chain, 0644));
  return {};
}

std::vector<std::string> withLoopback(const std::vector<std::string>& names) {
  std::vector<std::string> all{"localhost", "127.0.0.1", "::1"};
  for (const auto& name : names) {
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
  return all;
}

}  // namespace

Result<CertificateFiles> ensureCertificate(const std::string& folder,
                                           const std::vector<std::string>& names,
                                           std::chrono::system_clock::time_point now) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return Error(ErrorCode::kUnavailable, "cannot make the folder " + folder);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const std::vector<std::string> all = withLoopback(names);
  const std::string ca_key = folder + "/ca.key";
  CertificateFiles files{folder + "/ca.pem", folder + "/server.pem", folder + "/server.key", false};

  std::optional<Pair> authority = loadPair(files.ca_certificate, ca_key);
  const bool new_authority =
      !authority || endsWithin(authority->certificate.get(), seconds, kLeafDays);
  if (new_authority) {
    authority = TRY(makeAuthority(seconds));
    TRY(writePair(*authority, files.ca_certificate, ca_key, ""));
  }
  const std::optional<Pair> leaf = loadPair(files.certificate_chain, files.private_key);
  const bool good = !new_authority && leaf &&
                    !endsWithin(leaf->certificate.get(), seconds, kRenewDays) &&
                    covers(leaf->certificate.get(), all);
  if (good) return files;
  const Pair made = TRY(makeLeaf(*authority, all, seconds));
  TRY(writePair(
      made, files.certificate_chain, files.private_key, toPem(authority->certificate.get())));
  files.created = true;
  return files;
}

Result<IdentityFiles> ensureIdentity(const std::string& folder,
                                     const std::string& name,
                                     std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  IdentityFiles files{folder + "/identity.pem", folder + "/identity.key", false};
  const std::optional<Pair> pair = loadPair(files.certificate, files.private_key);
  if (pair && !endsWithin(pair->certificate.get(), seconds, 0)) return files;
  const Pair made = TRY(makeIdentity(name, seconds));
  TRY(writePair(made, files.certificate, files.private_key, ""));
  files.created = true;
  return files;
}

Result<std::int64_t> certificateEnd(std::string_view pem) {
  const X509Ptr certificate(
      PEM_read_bio_X509(fromText(std::string(pem)).get(), nullptr, nullptr, nullptr));
  std::tm parts{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) != 1) {
    return Error(ErrorCode::kCorruption, "this is no certificate in PEM");
  }
  return static_cast<std::int64_t>(timegm(&parts));
}

}  // namespace tandem::platform
