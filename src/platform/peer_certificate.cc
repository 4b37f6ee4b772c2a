// SPDX-License-Identifier: Apache-2.0
#include "platform/peer_certificate.h"

#include <ctime>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/bytes.h"

namespace tandem::platform {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

std::string pemOf(X509* certificate) {
  const std::unique_ptr<BIO, Deleter<BIO_free_all>> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

// What cannot be read is the beginning of time: then the certificate counts as expired.
std::int64_t secondsOf(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(::timegm(&parts)) : 0;
}

}  // namespace

std::shared_ptr<const PeerCertificate> peerCertificate(const SSL* ssl) {
  const std::unique_ptr<X509, Deleter<X509_free>> shown(SSL_get1_peer_certificate(ssl));
  if (!shown) return nullptr;
  auto peer = std::make_shared<PeerCertificate>();
  peer->pem = pemOf(shown.get());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(shown.get(), EVP_sha256(), digest, &size) == 1) {
    peer->sha256 = toHex(std::string_view(reinterpret_cast<const char*>(digest), size));
  }
  peer->not_before = secondsOf(X509_get0_notBefore(shown.get()));
  peer->not_after = secondsOf(X509_get0_notAfter(shown.get()));
  return peer;
}

}  // namespace tandem::platform
