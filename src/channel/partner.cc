// SPDX-License-Identifier: Apache-2.0
#include "channel/partner.h"

#include <cerrno>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/bytes.h"
#include "channel/fields.h"
#include "platform/files.h"
#include "platform/signing.h"

namespace tandem::channel {
namespace {

constexpr std::size_t kFileLimit = 256 * 1024;
constexpr std::size_t kFingerprintBytes = 32;

// A PEM has line ends, so it travels as its lines.
std::string joinLines(const nlohmann::json& lines) {
  std::string text;
  for (const auto& line : lines) {
    if (line.is_string()) text += line.get<std::string>() + "\n";
  }
  return text;
}

nlohmann::ordered_json splitLines(const std::string& text) {
  nlohmann::ordered_json lines = nlohmann::ordered_json::array();
  std::size_t start = 0;
  for (std::size_t end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    lines.push_back(text.substr(start, end - start));
  }
  return lines;
}

Result<Partner> parsePartner(const std::string& text, const std::string& path) {
  const Fields fields = TRY(Fields::parse(text, path));
  Partner partner;
  partner.id = TRY(fields.serverId("id"));
  partner.name = TRY(fields.text("name", kNameMax));
  partner.url = TRY(fields.url("url"));
  partner.fingerprint = toHex(TRY(fields.bytes("fingerprint", kFingerprintBytes)));
  partner.own_fingerprint = toHex(TRY(fields.bytes("ownFingerprint", kFingerprintBytes)));
  partner.paired_at = TRY(fields.number("pairedAt", 0, INT64_MAX));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.contains("certificate")) partner.certificate = joinLines(json["certificate"]);
  const auto thumbprints = platform::certificateThumbprints(partner.certificate);
  if (!thumbprints.ok() || toHex(thumbprints.value().sha256) != partner.fingerprint) {
    return Error(ErrorCode::kCorruption, fmt::format("the certificate in {} is damaged", path));
  }
  return partner;
}

}  // namespace

Result<std::optional<Partner>> readPartner(const ChannelFiles& files) {
  const Result<std::string> text = platform::readFile(files.partner, kFileLimit);
  if (!text.ok() && text.error().code() == ErrorCode::kNotFound) return std::optional<Partner>();
  if (!text.ok()) return text.error();
  Result<Partner> partner = parsePartner(text.value(), files.partner);
  if (partner.ok()) return std::optional<Partner>(std::move(partner).value());
  return Error(ErrorCode::kCorruption,
               fmt::format("{}; run 'tandem pair remove', then pair the two servers again",
                           partner.error().message()));
}

Result<Partner> needPartner(const ChannelFiles& files) {
  std::optional<Partner> partner = TRY(readPartner(files));
  if (partner) return std::move(*partner);
  return Error(
      ErrorCode::kNotFound,
      "this server has no partner: run 'tandem pair invite' on one of the two servers, and "
      "on the other the command that it prints");
}

Result<void> writePartner(const ChannelFiles& files, const Partner& partner) {
  const nlohmann::ordered_json json{{"version", 1},
                                    {"id", partner.id},
                                    {"name", partner.name},
                                    {"url", partner.url},
                                    {"fingerprint", partner.fingerprint},
                                    {"ownFingerprint", partner.own_fingerprint},
                                    {"pairedAt", partner.paired_at},
                                    {"certificate", splitLines(partner.certificate)}};
  return platform::writeFileDurably(files.partner, json.dump(2) + "\n", 0600);
}

Result<bool> removePartner(const ChannelFiles& files) {
  if (::unlink(files.partner.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return platform::systemError(errno, "remove", files.partner);
}

}  // namespace tandem::channel
