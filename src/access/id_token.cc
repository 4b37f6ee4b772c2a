// SPDX-License-Identifier: Apache-2.0
#include "access/id_token.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include <fmt/core.h>

#include "base/bytes.h"
#include "base/text.h"
#include "platform/signing.h"
#include "policy/json_document.h"

namespace tandem::access {
namespace {

using policy::JsonNode;

constexpr std::size_t kSubjectMax = 255;  // OpenID Connect Core section 2
constexpr std::size_t kShownMax = 80;

Error refused(std::string_view why) {
  return {ErrorCode::kUnauthenticated, fmt::format("the provider's ID token is refused: {}", why)};
}

// What somebody else wrote, for a message.
std::string shown(std::string_view text) {
  std::string safe;
  for (const char c : text.substr(0, kShownMax))
    safe += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return isValidUtf8(safe) ? safe : toHex(safe);
}

struct Algorithm {
  std::string_view name;
  platform::TokenAlgorithm value;
};
constexpr std::array<Algorithm, 3> kAlgorithms{{{"RS256", platform::TokenAlgorithm::kRs256},
                                                {"PS256", platform::TokenAlgorithm::kPs256},
                                                {"ES256", platform::TokenAlgorithm::kEs256}}};

Result<JsonNode> decodeObject(std::string_view part, std::string_view what) {
  const std::optional<std::string> text = fromBase64Url(part);
  if (!text) return refused(fmt::format("its {} is no base64url", what));
  auto parsed = policy::parseJson(*text);
  auto* const node = std::get_if<JsonNode>(&parsed);
  if (node == nullptr || node->kind != JsonNode::Kind::kObject) {
    return refused(fmt::format("its {} is no JSON object", what));
  }
  return std::move(*node);
}

class ClaimReader {
 public:
  explicit ClaimReader(const JsonNode& claims) : claims_(claims) {}

  void text(std::string_view name, std::string& field, bool required) {
    const JsonNode* const node = find(name, required);
    if (node == nullptr) return;
    if (node->kind != JsonNode::Kind::kString) return fail(name);
    field = node->text;
  }

  // NumericDate (RFC 7519 section 2): seconds, perhaps with a fraction.
  void time(std::string_view name, std::int64_t& field, bool required) {
    const JsonNode* const node = find(name, required);
    if (node == nullptr) return;
    const std::string_view whole = std::string_view(node->text).substr(0, node->text.find('.'));
    const auto number = parseInteger(whole);
    if (node->kind != JsonNode::Kind::kNumber || !number || *number < 0) return fail(name);
    field = *number;
  }

  // One text, or a list of them.
  void texts(std::string_view name, std::vector<std::string>& field) {
    const JsonNode* const node = find(name, true);
    if (node == nullptr) return;
    field = textsOf(*node);
    if (field.empty()) fail(name);
  }

  static std::vector<std::string> textsOf(const JsonNode& node) {
    if (node.kind == JsonNode::Kind::kString) return {node.text};
    std::vector<std::string> all;
    for (const JsonNode& item : node.items) {
      if (item.kind == JsonNode::Kind::kString) all.push_back(item.text);
    }
    return all;
  }

  const std::optional<std::string>& problem() const { return problem_; }

 private:
  const JsonNode* find(std::string_view name, bool required) {
    const JsonNode* const node = claims_.find(name);
    if (node == nullptr && required && !problem_) problem_ = fmt::format("it has no \"{}\"", name);
    return node;
  }
  void fail(std::string_view name) {
    if (!problem_) problem_ = fmt::format("its \"{}\" is of another type than it should be", name);
  }

  const JsonNode& claims_;
  std::optional<std::string> problem_;
};

// The claim of that name; or, as "realm_access.roles", one inside of others.
const JsonNode* findClaim(const JsonNode& claims, std::string_view path) {
  if (const JsonNode* const whole = claims.find(path)) return whole;
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const JsonNode* const outer = claims.find(path.substr(0, dot));
  return outer != nullptr ? findClaim(*outer, path.substr(dot + 1)) : nullptr;
}

Result<void> readHeader(const JsonNode& header, IdToken& token) {
  ClaimReader reader(header);
  reader.text("alg", token.algorithm_name, true);
  reader.text("kid", token.key_id, false);
  if (reader.problem()) return refused(*reader.problem());
  // RFC 7515 section 4.1.11: what is critical and not understood makes the token invalid.
  if (header.find("crit") != nullptr) return refused("it asks for extensions that we do not know");
  for (const Algorithm& known : kAlgorithms) {
    if (known.name != token.algorithm_name) continue;
    token.algorithm = known.value;
    return {};
  }
  return refused(fmt::format("it is signed with \"{}\", and RS256, PS256 and ES256 are accepted",
                             shown(token.algorithm_name)));
}

Result<void> readClaims(const JsonNode& claims, std::string_view role_claim, IdToken& token) {
  ClaimReader reader(claims);
  reader.text("iss", token.issuer, true);
  reader.text("sub", token.subject, true);
  reader.texts("aud", token.audience);
  reader.text("azp", token.authorized_party, false);
  reader.time("exp", token.expires, true);
  reader.time("iat", token.issued, true);
  reader.time("nbf", token.not_before, false);
  reader.text("nonce", token.nonce, true);
  if (reader.problem()) return refused(*reader.problem());
  // For people, and not needed: another type is none.
  ClaimReader more(claims);
  more.text("email", token.email, false);
  more.text("name", token.name, false);
  const JsonNode* const verified = claims.find("email_verified");
  token.email_verified =
      verified != nullptr && verified->kind == JsonNode::Kind::kBoolean && verified->boolean;
  const JsonNode* const roles = role_claim.empty() ? nullptr : findClaim(claims, role_claim);
  if (roles != nullptr) token.role_values = ClaimReader::textsOf(*roles);
  return {};
}

}  // namespace

Result<IdToken> readIdToken(std::string_view compact, std::string_view role_claim) {
  if (compact.size() > kIdTokenMax) return refused("it is longer than 64 KB");
  const std::size_t first = compact.find('.');
  const std::size_t second = first == std::string_view::npos ? first : compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) {
    return refused("it is no signed token: three parts with points between");
  }
  IdToken token;
  const JsonNode header = TRY(decodeObject(compact.substr(0, first), "header"));
  TRY(readHeader(header, token));
  const JsonNode claims =
      TRY(decodeObject(compact.substr(first + 1, second - first - 1), "claims"));
  TRY(readClaims(claims, role_claim, token));
  const std::optional<std::string> signature = fromBase64Url(compact.substr(second + 1));
  if (!signature || signature->empty()) return refused("it has no signature");
  token.signed_part = std::string(compact.substr(0, second));
  token.signature = *signature;
  return token;
}

Result<void> checkClaims(const IdToken& token, const ExpectedToken& expected) {
  if (token.issuer != expected.issuer) {
    return refused(fmt::format("\"iss\" is \"{}\", another issuer", shown(token.issuer)));
  }
  const bool for_us = std::find(token.audience.begin(), token.audience.end(), expected.client_id) !=
                      token.audience.end();
  if (!for_us) return refused("\"aud\" does not name us: it is for another application");
  if (token.audience.size() > 1 && token.authorized_party.empty()) {
    return refused("it is for several applications, and \"azp\" does not say for which");
  }
  if (!token.authorized_party.empty() && token.authorized_party != expected.client_id) {
    return refused("\"azp\" is another application");
  }
  const std::int64_t now = expected.unix_now;
  if (now >= token.expires && now - token.expires >= kLeewaySeconds) {
    return refused("it has expired; are the clocks of both machines right?");
  }
  if (token.issued > now && token.issued - now > kLeewaySeconds) {
    return refused("it was issued in the future; are the clocks of both machines right?");
  }
  if (token.not_before > now && token.not_before - now > kLeewaySeconds) {
    return refused("it is not valid yet; are the clocks of both machines right?");
  }
  if (!platform::equalsConstantTime(token.nonce, expected.nonce)) {
    return refused("\"nonce\" is not the one of this sign-in");
  }
  if (token.subject.empty() || token.subject.size() > kSubjectMax) {
    return refused("\"sub\" is empty or longer than 255 bytes");
  }
  return {};
}

}  // namespace tandem::access
