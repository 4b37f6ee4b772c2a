// SPDX-License-Identifier: Apache-2.0
// $filter and JSON bodies come from anyone who holds a token: neither may crash or hang the tenant.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "tenant/filter.h"
#include "tenant/filter_match.h"
#include "tenant/graph_request.h"
#include "tenant/write_body.h"

namespace {

using namespace tandem::tenant;  // NOLINT: one small file

void tryFilter(std::string_view text) {
  const auto parsed = parseFilter(text);
  if (!parsed.ok()) return;
  const auto compiled = ObjectFilter::compile(Kind::kUser, parsed.value(), true);
  if (const auto* filter = std::get_if<ObjectFilter>(&compiled)) {
    Object user;
    user.set(Property::kDisplayName, Value(std::string("Ann")));
    user.set(Property::kProxyAddresses, Value(std::vector<std::string>{"SMTP:a@b.example"}));
    static_cast<void>(filter->matches(user));
  }
}

void tryBody(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  if (parser.parse(text.data(), text.size()).get(json)) return;
  for (const Kind kind : {Kind::kUser, Kind::kGroup, Kind::kContact, Kind::kDevice}) {
    WriteBody body;
    static_cast<void>(readWriteBody(kind, json, body));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tryFilter(text);
  tryBody(text);
  static_cast<void>(parseTarget(text));
  static_cast<void>(decodeObject(text));
  return 0;
}
