// SPDX-License-Identifier: Apache-2.0
//
// XML as a stream of events. The file comes from somewhere else: nothing is fetched, a document
// type (and with it every entity of its own) is refused, and libxml2's own limits of depth and
// length stay on.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::csexport {

class XmlPull {
 public:
  enum class Event : std::uint8_t {
    kStart,  // of an element; one that is empty has an end as well
    kEnd,
    kText,
    kDone
  };

  // name: of the file, for errors.
  XmlPull(std::istream& in, std::string name);
  ~XmlPull();
  XmlPull(const XmlPull&) = delete;
  XmlPull& operator=(const XmlPull&) = delete;

  Result<Event> next();
  const std::string& element() const { return element_; }        // kStart, kEnd
  const std::string& text() const { return text_; }              // kText
  std::optional<std::string> attribute(const char* name) const;  // kStart

  // After a start: to the end of that element.
  Result<void> skip();
  // After a start: all text up to its end; elements in it are an error.
  Result<std::string> readText();

  Error problem(std::string_view what) const;  // "pending.xml:12: …"

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::string name_;
  std::string element_;
  std::string text_;
  bool end_is_due_ = false;
};

}  // namespace tandem::csexport
