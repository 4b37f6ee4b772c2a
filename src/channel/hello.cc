// SPDX-License-Identifier: Apache-2.0
#include "channel/hello.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "channel/fields.h"

namespace tandem::channel {
namespace {

constexpr std::int64_t kTimeMost = 253'402'300'799;  // the end of the year 9999

Error tooOld(const std::string& old_one, const std::string& new_one) {
  return Error(ErrorCode::kConflict,
               fmt::format("the two servers have no protocol in common: {} is too old for {}; "
                           "upgrade {}",
                           old_one,
                           new_one,
                           old_one));
}

std::string nameOf(const Hello& hello) {
  return fmt::format("{} (Tandem {})", hello.name, hello.version);
}

}  // namespace

std::string encodeHello(const Hello& hello) {
  nlohmann::ordered_json json{{"product", "tandem"},
                              {"version", hello.version},
                              {"serverId", hello.server_id},
                              {"name", hello.name},
                              {"protocolLeast", hello.protocol_least},
                              {"protocolMost", hello.protocol_most},
                              {"inviting", hello.is_inviting}};
  if (!hello.listening.empty()) json["listening"] = hello.listening;
  if (hello.standing) {
    json["role"] = hello.standing->role;
    json["readUntil"] = hello.standing->read_until;
  }
  return dump(json);
}

Result<Hello> decodeHello(std::string_view text) {
  const Fields fields = TRY(Fields::parse(text, "the greeting"));
  if (TRY(fields.text("product", 32)) != "tandem") {
    return Error(ErrorCode::kCorruption, "what answers there is no Tandem server: check the URL");
  }
  Hello hello;
  hello.version = TRY(fields.text("version", 64));
  hello.server_id = TRY(fields.serverId("serverId"));
  hello.name = TRY(fields.text("name", kNameMax));
  hello.protocol_least = static_cast<int>(TRY(fields.number("protocolLeast", 1, 1000)));
  hello.protocol_most = static_cast<int>(TRY(fields.number("protocolMost", 1, 1000)));
  hello.is_inviting = fields.flag("inviting");
  if (fields.has("listening")) hello.listening = TRY(fields.text("listening", 256));
  if (fields.has("role") && fields.has("readUntil")) {
    hello.standing =
        Standing{TRY(fields.text("role", 32)), TRY(fields.number("readUntil", 0, kTimeMost))};
  }
  return hello;
}

Result<void> checkProtocols(const Hello& mine, const Hello& theirs) {
  const std::string me = "this server, " + nameOf(mine);
  if (theirs.protocol_most < mine.protocol_least) return tooOld(nameOf(theirs), me);
  if (theirs.protocol_least > mine.protocol_most) return tooOld(me, nameOf(theirs));
  return {};
}

Result<void> checkProtocol(const Hello& mine, int asked) {
  if (asked < mine.protocol_least) return tooOld("the asking server", nameOf(mine));
  if (asked > mine.protocol_most) return tooOld(nameOf(mine), "the asking server");
  return {};
}

}  // namespace tandem::channel
