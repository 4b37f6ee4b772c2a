// SPDX-License-Identifier: Apache-2.0
#include "platform/sealed_secrets.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "platform/files.h"

namespace tandem::platform {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kFileLimit = 16 * 1024 * 1024;
constexpr std::string_view kFormat = "tandem-secrets";
constexpr int kVersion = 1;
constexpr unsigned kPrivateMode = 0600;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

std::string authenticated(std::string_view name) {
  return fmt::format("{}/{}/{}", kFormat, kVersion, name);
}

// Failing here means that OpenSSL itself is broken, not that an input is wrong.
std::string seal(const SealingKey& key, std::string_view name, std::string_view value) {
  std::string nonce(kNonceBytes, '\0');
  TANDEM_CHECK(RAND_bytes(octets(nonce), kNonceBytes) == 1);
  const std::string extra = authenticated(name);
  std::string text(value.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int length = 0;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  TANDEM_CHECK(cipher != nullptr);
  EVP_CIPHER_CTX* const c = cipher.get();
  TANDEM_CHECK(
      EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), nullptr, octets(key.bytes()), octets(nonce)) == 1);
  TANDEM_CHECK(
      EVP_EncryptUpdate(c, nullptr, &length, octets(extra), static_cast<int>(extra.size())) == 1);
  TANDEM_CHECK(EVP_EncryptUpdate(
                   c, octets(text), &length, octets(value), static_cast<int>(value.size())) == 1);
  TANDEM_CHECK(EVP_EncryptFinal_ex(c, octets(text) + length, &length) == 1);
  TANDEM_CHECK(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1);
  return nonce + text + tag;
}

std::optional<SecretText> unseal(const SealingKey& key,
                                 std::string_view name,
                                 std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const std::string_view text = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  const std::string extra = authenticated(name);
  std::string value(text.size(), '\0');
  int length = 0;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  TANDEM_CHECK(cipher != nullptr);
  EVP_CIPHER_CTX* const c = cipher.get();
  const bool good =
      EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), nullptr, octets(key.bytes()), octets(nonce)) == 1 &&
      EVP_DecryptUpdate(c, nullptr, &length, octets(extra), static_cast<int>(extra.size())) == 1 &&
      EVP_DecryptUpdate(c, octets(value), &length, octets(text), static_cast<int>(text.size())) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(c, octets(value) + length, &length) == 1;
  std::optional<SecretText> secret;
  if (good) secret = SecretText(value);
  wipe(value);
  return secret;
}

Error damaged(const std::string& path, std::string_view why) {
  return {ErrorCode::kCorruption,
          fmt::format("{} {}; restore it from a backup, or remove it and set each secret again "
                      "with 'tandem secret set NAME'",
                      path,
                      why)};
}

// The file's entries, or an Error. nlohmann throws on the wrong type: we ask first.
Result<std::map<std::string, std::string, std::less<>>> parseFile(const std::string& text,
                                                                  const std::string& path,
                                                                  const SealingKey& key) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("format", nlohmann::json()) != kFormat) {
    return damaged(path, "is not a file of sealed secrets");
  }
  const auto version = json.value("version", nlohmann::json());
  if (version != kVersion) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} has format version {}, this program knows version {}: use the "
                             "release of Tandem that wrote it, or a newer one",
                             path,
                             version.dump(),
                             kVersion));
  }
  const auto id = json.value("keyId", nlohmann::json());
  if (id != key.id()) {
    return Error(ErrorCode::kUnauthenticated,
                 fmt::format("{} was sealed with another key (id {}) than the one in {} (id {}): "
                             "put the right key file in place",
                             path,
                             id.dump(),
                             key.path(),
                             key.id()));
  }
  const auto entries = json.value("secrets", nlohmann::json());
  if (!entries.is_object()) return damaged(path, "holds no \"secrets\"");
  std::map<std::string, std::string, std::less<>> sealed;
  for (const auto& [name, value] : entries.items()) {
    const auto bytes =
        value.is_string() ? fromBase64(value.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes || !isSecretName(name)) return damaged(path, "is damaged at \"" + name + "\"");
    sealed.emplace(name, *bytes);
  }
  return sealed;
}

}  // namespace

bool isSecretName(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

SealingKey::SealingKey(SecretText bytes, std::string path)
    : bytes_(std::move(bytes)), path_(std::move(path)) {}

Result<SealingKey> SealingKey::create(const std::string& path) {
  if (fileExists(path)) {
    return Error(ErrorCode::kConflict, path + " is there already; it is not replaced");
  }
  std::string bytes(kKeyBytes, '\0');
  TANDEM_CHECK(RAND_bytes(octets(bytes), kKeyBytes) == 1);
  std::string line = toBase64(bytes) + "\n";
  const Result<void> written = writeFileDurably(path, line, kPrivateMode);
  SecretText secret(bytes);
  wipe(bytes);
  wipe(line);
  if (!written.ok()) return Error(written.error());
  return SealingKey(std::move(secret), path);
}

Result<SealingKey> SealingKey::load(const std::string& path) {
  const unsigned mode = TRY_DOING(fileMode(path), "reading the key of the sealed secrets");
  // A group may read: systemd grants its credentials by an ACL, which shows as the group's bits.
  constexpr unsigned kTooWide = 0027;
  if ((mode & kTooWide) != 0) {
    return Error(ErrorCode::kPermissionDenied,
                 fmt::format("{} has mode {:04o}: others may read or change the key of the sealed "
                             "secrets; run 'chmod 600 {}', and set the secrets anew if anyone may "
                             "have copied it",
                             path,
                             mode,
                             path));
  }
  std::string line = TRY_DOING(readFile(path, 4096), "reading the key of the sealed secrets");
  std::optional<std::string> bytes = fromBase64(trimAscii(line));
  wipe(line);
  if (!bytes || bytes->size() != kKeyBytes) {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format(
            "{} holds no key: it should be one line of base64 for {} bytes", path, kKeyBytes));
  }
  SecretText secret(*bytes);
  wipe(*bytes);
  return SealingKey(std::move(secret), path);
}

std::string SealingKey::id() const {
  constexpr std::size_t kShown = 8;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  std::string labelled = "tandem-key-id/";
  labelled += bytes();
  TANDEM_CHECK(
      EVP_Digest(labelled.data(), labelled.size(), digest.data(), &length, EVP_sha256(), nullptr) ==
      1);
  wipe(labelled);
  return toHex({reinterpret_cast<const char*>(digest.data()), kShown});
}

SealedSecrets::SealedSecrets(std::string path, SealingKey key)
    : path_(std::move(path)), key_(std::move(key)) {}

Result<SealedSecrets> SealedSecrets::open(const std::string& path, SealingKey key) {
  SealedSecrets secrets(path, std::move(key));
  const Result<std::string> text = readFile(path, kFileLimit);
  if (!text.ok() && text.error().code() == ErrorCode::kNotFound) return secrets;
  if (!text.ok()) return Error(text.error());
  secrets.sealed_ = TRY(parseFile(text.value(), path, secrets.key_));
  return secrets;
}

std::vector<std::string> SealedSecrets::names() const {
  std::vector<std::string> names;
  for (const auto& entry : sealed_)
    names.push_back(entry.first);
  return names;
}

bool SealedSecrets::has(std::string_view name) const {
  return sealed_.find(name) != sealed_.end();
}

Result<SecretText> SealedSecrets::get(std::string_view name) const {
  const auto found = sealed_.find(name);
  if (found == sealed_.end()) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("the secret \"{0}\" is not set: run 'tandem secret set {0}'", name));
  }
  std::optional<SecretText> secret = unseal(key_, name, found->second);
  if (!secret) return damaged(path_, fmt::format("is damaged: \"{}\" does not unseal", name));
  return std::move(*secret);
}

Result<void> SealedSecrets::set(std::string_view name, const SecretText& value) {
  if (!isSecretName(name)) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("\"{}\" cannot name a secret: use 1 to 64 letters, digits, '.', '_' "
                             "or '-'",
                             name));
  }
  auto changed = sealed_;
  changed.insert_or_assign(std::string(name), seal(key_, name, value.reveal()));
  TRY(save(changed));
  sealed_ = std::move(changed);
  return {};
}

Result<void> SealedSecrets::remove(std::string_view name) {
  auto changed = sealed_;
  const auto found = changed.find(name);
  if (found == changed.end()) {
    return Error(ErrorCode::kNotFound, fmt::format("there is no secret \"{}\"", name));
  }
  changed.erase(found);
  TRY(save(changed));
  sealed_ = std::move(changed);
  return {};
}

Result<void> SealedSecrets::save(
    const std::map<std::string, std::string, std::less<>>& sealed) const {
  nlohmann::ordered_json json;
  json["format"] = kFormat;
  json["version"] = kVersion;
  json["keyId"] = key_.id();
  json["secrets"] = nlohmann::ordered_json::object();
  for (const auto& [name, bytes] : sealed)
    json["secrets"][name] = toBase64(bytes);
  return writeFileDurably(path_, json.dump(2) + "\n", kPrivateMode);
}

}  // namespace tandem::platform
