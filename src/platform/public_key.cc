// SPDX-License-Identifier: Apache-2.0
#include "platform/public_key.h"

#include <string>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

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
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using EcSignaturePtr = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

constexpr std::size_t kCoordinateSize = 32;
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 16384;  // verification costs the square of it

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

NumberPtr number(std::string_view bytes) {
  return NumberPtr(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr));
}

KeyPtr build(const char* kind, OSSL_PARAM_BLD* builder) {
  const ParametersPtr parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) <= 0) {
    return nullptr;
  }
  return KeyPtr(key);
}

// JWS has the two numbers side by side (RFC 7518 section 3.4), OpenSSL wants them as DER.
std::string toDer(std::string_view signature) {
  if (signature.size() != 2 * kCoordinateSize) return {};
  const EcSignaturePtr pair(ECDSA_SIG_new());
  NumberPtr r = number(signature.substr(0, kCoordinateSize));
  NumberPtr s = number(signature.substr(kCoordinateSize));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return {};
  std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

bool usePadding(EVP_PKEY_CTX* context, TokenAlgorithm algorithm) {
  if (algorithm == TokenAlgorithm::kEs256) return true;
  if (algorithm == TokenAlgorithm::kRs256) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
  }
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

}  // namespace

struct PublicKey::Key {
  KeyPtr pkey;
};

PublicKey::PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

Result<PublicKey> PublicKey::ofRsa(std::string_view modulus, std::string_view exponent) {
  constexpr std::size_t kBytesMax = kRsaBitsMax / 8;
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  KeyPtr key;
  if (builder && !exponent.empty() && modulus.size() <= kBytesMax && exponent.size() <= 8) {
    const NumberPtr n = number(modulus);
    const NumberPtr e = number(exponent);
    if (n && e && BN_num_bits(n.get()) >= kRsaBitsMin && BN_is_odd(e.get()) &&
        !BN_is_one(e.get()) && OSSL_PARAM_BLD_push_BN(builder.get(), "n", n.get()) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder.get(), "e", e.get()) == 1) {
      key = build("RSA", builder.get());
    }
  }
  if (!key) {
    return Error(ErrorCode::kInvalidArgument, "not an RSA key of 2048 to 16384 bits");
  }
  return PublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

Result<PublicKey> PublicKey::ofP256(std::string_view x, std::string_view y) {
  KeyPtr key;
  if (x.size() == kCoordinateSize && y.size() == kCoordinateSize) {
    const std::string point = '\x04' + std::string(x) + std::string(y);  // SEC 1: uncompressed
    const BuilderPtr builder(OSSL_PARAM_BLD_new());
    if (builder &&
        OSSL_PARAM_BLD_push_utf8_string(
            builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(
            builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1) {
      key = build("EC", builder.get());
    }
  }
  if (!key) return Error(ErrorCode::kInvalidArgument, "not a point of the curve P-256");
  return PublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

bool PublicKey::verifies(TokenAlgorithm algorithm,
                         std::string_view bytes,
                         std::string_view signature) const {
  const bool wants_curve = algorithm == TokenAlgorithm::kEs256;
  EVP_PKEY* const key = key_->pkey.get();
  if (EVP_PKEY_is_a(key, wants_curve ? "EC" : "RSA") != 1) return false;
  std::string der;
  if (wants_curve) {
    der = toDer(signature);
    if (der.empty()) return false;
    signature = der;
  }
  const DigestPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  return context &&
         EVP_DigestVerifyInit(context.get(), &key_context, EVP_sha256(), nullptr, key) > 0 &&
         usePadding(key_context, algorithm) &&
         EVP_DigestVerify(
             context.get(), raw(signature), signature.size(), raw(bytes), bytes.size()) == 1;
}

}  // namespace tandem::platform
