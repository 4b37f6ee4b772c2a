// SPDX-License-Identifier: Apache-2.0
// What anybody can send to the console's port: paths, queries, cookies; and what the wizard sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "web/gate.h"
#include "web/router.h"
#include "web/rule_places.h"
#include "web/setup_request.h"

namespace {

using namespace tandem;  // NOLINT: one small file

void tryTarget(std::string_view target) {
  static const web::Router router(web::allRoutes());
  const std::string_view path = target.substr(0, target.find('?'));
  for (const char* method : {"GET", "POST", "PATCH"})
    static_cast<void>(router.find(method, path));
  if (path.size() < target.size()) {
    static_cast<void>(web::parseQuery(target.substr(path.size() + 1)));
  }
}

void tryCookie(std::string_view text) {
  platform::ServerRequest request;
  request.headers = {{"Cookie", std::string(text)}};
  static_cast<void>(web::cookieValue(request, web::kSessionCookie));
}

// Bodies are refused before this when they are nested deeper than 64 (call.cc).
bool isDeep(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; }) > 64;
}

void trySetup(std::string_view text) {
  if (isDeep(text)) return;
  const auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return;
  static_cast<void>(web::placesByLine(json));
  static_cast<void>(web::problemsIn(json, "rules[0]", {}));
  static_cast<void>(web::readSetupRequest(json));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tryTarget(text);
  tryTarget("/api/v1" + std::string(text));
  tryCookie(text);
  trySetup(text);
  return 0;
}
