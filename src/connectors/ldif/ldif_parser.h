// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tandem::connectors::ldif {

// One entry of an LDIF file. Meant to be reused: the parser clears it and keeps its buffers.
class LdifRecord {
 public:
  struct Line {
    std::string_view name;   // without ";binary"; other options stay: they are other attributes
    std::string_view value;  // decoded; octets
  };

  const std::string& dn() const { return dn_; }
  std::uint64_t line() const { return line_; }  // of its "dn:", from 1
  std::size_t size() const { return spans_.size(); }
  Line at(std::size_t index) const;

 private:
  friend class LdifParser;
  struct Span {
    std::size_t name, name_length, value, value_length;  // in bytes_
  };
  void clear();

  std::string dn_;
  std::uint64_t line_ = 0;
  std::string bytes_;
  std::vector<Span> spans_;
};

// Reads content records of RFC 2849: base64, folded lines, comments, "version:", CRLF, a byte order
// mark. Refuses, with the line: change records, values by URL (a file must not make us read another
// one), text that is not LDIF. What `ldapsearch` prints around its entries is skipped.
class LdifParser {
 public:
  LdifParser(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  // The next entry, or false at the end of the file.
  Result<bool> next(LdifRecord& record);

 private:
  bool readPhysical();          // into next_
  bool readLogical();           // into line_: unfolded, without comments
  Result<bool> skipToRecord();  // line_ is then a "dn" line
  Result<void> readDn(LdifRecord& record);
  Result<void> readAttribute(LdifRecord& record);
  Result<void> decode(std::string_view rest, std::string& value) const;
  Error fail(std::string_view what) const;

  std::istream& in_;
  std::string name_;
  std::string next_;  // a physical line read ahead
  bool has_next_ = false;
  std::uint64_t next_number_ = 0;
  std::string line_;
  std::uint64_t line_number_ = 0;
  std::string value_;
};

// Writes one attribute line, in base64 where RFC 2849 asks for it.
void appendLdifLine(std::string& out, std::string_view name, std::string_view value);

}  // namespace tandem::connectors::ldif
