// SPDX-License-Identifier: Apache-2.0
#include "platform/signing.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/check.h"

namespace tandem::platform {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

BioPtr fromText(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<X509Ptr> parseCertificate(std::string_view pem) {
  X509Ptr certificate(PEM_read_bio_X509(fromText(pem).get(), nullptr, nullptr, nullptr));
  if (!certificate) {
    return Error(ErrorCode::kInvalidArgument,
                 "not a PEM certificate: expected a -----BEGIN CERTIFICATE----- block");
  }
  return certificate;
}

bool usePadding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
  if (algorithm == SignatureAlgorithm::kRs256) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

std::string numberOf(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  TANDEM_CHECK(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return bytes;
}

std::string digestOf(X509* certificate, const EVP_MD* kind) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(certificate, kind, digest, &size);
  return std::string(reinterpret_cast<char*>(digest), size);
}

}  // namespace

struct SigningKey::Key {
  KeyPtr pkey;
};

SigningKey::SigningKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey> SigningKey::generate() {
  KeyPtr made(EVP_RSA_gen(2048));
  if (!made) return Error(ErrorCode::kInternal, "making an RSA key failed in OpenSSL");
  return SigningKey(std::make_unique<Key>(Key{std::move(made)}));
}

Result<SigningKey> SigningKey::fromPem(std::string_view pem) {
  KeyPtr read(PEM_read_bio_PrivateKey(fromText(pem).get(), nullptr, nullptr, nullptr));
  if (!read || EVP_PKEY_get_base_id(read.get()) != EVP_PKEY_RSA) {
    return Error(ErrorCode::kInvalidArgument,
                 "not an unencrypted RSA private key in PEM; make one with "
                 "'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048'");
  }
  return SigningKey(std::make_unique<Key>(Key{std::move(read)}));
}

Result<std::string> SigningKey::sign(SignatureAlgorithm algorithm, std::string_view bytes) const {
  const DigestPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  std::size_t size = 0;
  std::string signature;
  bool good = EVP_DigestSignInit(
                  context.get(), &key_context, EVP_sha256(), nullptr, key_->pkey.get()) > 0 &&
              usePadding(key_context, algorithm) &&
              EVP_DigestSign(context.get(), nullptr, &size, raw(bytes), bytes.size()) > 0;
  if (good) {
    signature.resize(size);
    good = EVP_DigestSign(context.get(),
                          reinterpret_cast<unsigned char*>(signature.data()),
                          &size,
                          raw(bytes),
                          bytes.size()) > 0;
  }
  if (!good) return Error(ErrorCode::kInternal, "signing failed in OpenSSL");
  signature.resize(size);
  return signature;
}

std::string SigningKey::toPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key_->pkey.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string SigningKey::modulus() const {
  return numberOf(key_->pkey.get(), OSSL_PKEY_PARAM_RSA_N);
}

std::string SigningKey::exponent() const {
  return numberOf(key_->pkey.get(), OSSL_PKEY_PARAM_RSA_E);
}

Result<Thumbprints> certificateThumbprints(std::string_view certificate_pem) {
  const X509Ptr certificate = TRY(parseCertificate(certificate_pem));
  return Thumbprints{digestOf(certificate.get(), EVP_sha1()),
                     digestOf(certificate.get(), EVP_sha256())};
}

Result<bool> verifySignature(std::string_view certificate_pem,
                             SignatureAlgorithm algorithm,
                             std::string_view bytes,
                             std::string_view signature) {
  const X509Ptr certificate = TRY(parseCertificate(certificate_pem));
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return false;
  const DigestPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  return EVP_DigestVerifyInit(context.get(), &key_context, EVP_sha256(), nullptr, key) > 0 &&
         usePadding(key_context, algorithm) &&
         EVP_DigestVerify(
             context.get(), raw(signature), signature.size(), raw(bytes), bytes.size()) == 1;
}

std::string randomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  TANDEM_CHECK(
      RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
  return bytes;
}

bool equalsConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  TANDEM_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  return std::string(reinterpret_cast<char*>(digest), size);
}

std::string hmacSha256(std::string_view key, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  TANDEM_CHECK(HMAC(EVP_sha256(),
                    key.data(),
                    static_cast<int>(key.size()),
                    raw(bytes),
                    bytes.size(),
                    digest,
                    &size) != nullptr);
  return std::string(reinterpret_cast<char*>(digest), size);
}

Result<std::string> publicKeyHash(std::string_view certificate_pem) {
  const X509Ptr certificate = TRY(parseCertificate(certificate_pem));
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  TANDEM_CHECK(size > 0);
  const std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return sha256(bytes);
}

}  // namespace tandem::platform
