// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/graph/attribute_map.h"
#include "connectors/graph/json_text.h"
#include "directory/record.h"

namespace tandem::connectors::graph {

struct WriteOptions {
  bool with_anchor = false;    // name the source anchor in the body
  bool with_required = false;  // a create: what Graph insists on and the record does not say
  bool with_password = false;  // users: a random one, to be changed at the first sign-in
};

// Passwords of 32 characters from four classes. Draws randomness for many at a time: asking the
// library for each costs more than to write the user.
class PasswordMaker {
 public:
  std::string make();

 private:
  std::string random_;  // not used yet; what has been used is cut off
};

// Turns records into request bodies: only what the profile can write.
class ObjectWriter {
 public:
  explicit ObjectWriter(const AttributeMap& map) : map_(map) {}

  // True when the record has an attribute that would be written.
  bool hasWork(Kind kind, std::string_view record) const;
  // A JSON object. Attributes of count 0 (in delta records) become null. known: the whole image
  // that a delta record changes; contacts' phones and addresses are written as a whole.
  void write(Kind kind,
             std::string_view record,
             std::string_view known,
             WriteOptions options,
             JsonText& out);

 private:
  void writeRow(const AttributeRow& row, const directory::ValuesView& values, JsonText& out) const;
  void writeExtensions(std::string_view record, JsonText& out) const;
  void writePhones(std::string_view image, JsonText& out) const;
  void writeAddresses(std::string_view image, JsonText& out) const;
  void writeAnchor(Kind kind, std::string_view record, JsonText& out) const;
  void writeRequired(Kind kind, std::string_view record, bool with_password, JsonText& out);

  const AttributeMap& map_;
  PasswordMaker passwords_;
};

// What can be known to be wrong before anything is sent: too long, not text, an anchor missing.
struct RecordProblem {
  std::string type;  // "IdentityDataValidationFailed", …
  std::string message;
};
std::optional<RecordProblem> findProblem(const AttributeMap& map,
                                         Kind kind,
                                         std::string_view record,
                                         bool is_add);

// A mailNickname from other values: what Graph allows of it, never empty.
std::string makeNickname(std::string_view text, std::string_view source_anchor);

}  // namespace tandem::connectors::graph
