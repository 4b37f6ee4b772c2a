// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "access/id_token.h"
#include "access/key_set.h"
#include "base/bytes.h"
#include "base/check.h"

namespace subject = tandem::access;

namespace {

void checkToken(std::string_view compact) {
  const auto token = subject::readIdToken(compact, "realm.roles");
  if (!token.ok()) return;
  TANDEM_CHECK(compact.starts_with(token.value().signed_part));
  TANDEM_CHECK(!token.value().signature.empty());
  TANDEM_CHECK(token.value().algorithm_name != "none");
  static_cast<void>(subject::checkClaims(
      token.value(), {.issuer = "i", .client_id = "c", .nonce = "n", .unix_now = 1'700'000'000}));
}

}  // namespace

// What a provider, or somebody in its place, sends: a token or a set of keys.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  checkToken(text);
  // Base64 would hide the JSON from the fuzzer.
  const std::string header = tandem::toBase64Url(R"({"alg":"ES256","kid":"k"})");
  checkToken(header + "." + tandem::toBase64Url(text) + ".AAAA");
  checkToken(tandem::toBase64Url(text) + "." + tandem::toBase64Url("{}") + ".AAAA");
  const auto keys = subject::KeySet::parse(text);
  if (!keys.ok()) return 0;
  const std::string signature(64, '\x01');
  TANDEM_CHECK(
      !keys.value().verifies("", tandem::platform::TokenAlgorithm::kEs256, "bytes", signature));
  return 0;
}
