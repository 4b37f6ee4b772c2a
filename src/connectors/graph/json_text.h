// SPDX-License-Identifier: Apache-2.0
//
// Writes JSON straight into one string. Request bodies are the connector's hottest path: a tree of
// values built and dumped costs five times as much.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::connectors::graph {

void appendJsonString(std::string& out, std::string_view text);  // with quotes

// Keeps track of commas; nesting is the caller's care.
class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  JsonText& beginObject() { return open('{'); }
  JsonText& endObject() { return close('}'); }
  JsonText& beginArray() { return open('['); }
  JsonText& endArray() { return close(']'); }
  // A literal of ours: not escaped.
  JsonText& key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    after_key_ = true;
    return *this;
  }
  JsonText& string(std::string_view text) {
    separate();
    appendJsonString(out_, text);
    return *this;
  }
  // One string of several parts, none of which needs an escape: paths made of ids and literals.
  JsonText& plain(std::initializer_list<std::string_view> parts) {
    separate();
    out_ += '"';
    for (const std::string_view part : parts)
      out_ += part;
    out_ += '"';
    return *this;
  }
  JsonText& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonText& null() { return raw("null"); }
  JsonText& raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
  }
  std::string& out() { return out_; }

 private:
  JsonText& open(char bracket) {
    separate();
    out_ += bracket;
    after_key_ = true;  // the first element takes no comma
    return *this;
  }
  JsonText& close(char bracket) {
    out_ += bracket;
    after_key_ = false;
    return *this;
  }
  void separate() {
    if (!after_key_) out_ += ',';
    after_key_ = false;
  }

  std::string& out_;
  bool after_key_ = true;
};

}  // namespace tandem::connectors::graph
