// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::tenant {

// Appends JSON to a string; answers are made by the hundred thousand. The caller opens and closes
// in order; commas come by themselves.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }

  JsonWriter& key(std::string_view name);  // name needs no escaping
  JsonWriter& string(std::string_view text);
  JsonWriter& boolean(bool value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // a whole value, already JSON
  JsonWriter& strings(const std::vector<std::string>& values);

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

// Quotes included. Invalid UTF-8 is kept as it came; control characters are escaped.
void appendJsonString(std::string& out, std::string_view text);

}  // namespace tandem::tenant
