// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/yaml_document.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/core.h>
#include <yaml.h>

#include "base/text.h"

namespace tandem::policy::entra {
namespace {

using Kind = JsonNode::Kind;

constexpr int kDepthMax = 64;
constexpr std::size_t kNodesMax = 300000;

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* get() { return &event_; }
  const yaml_event_t& operator*() const { return event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

Position positionOf(const yaml_mark_t& mark) {
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

std::string textOf(const yaml_char_t* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

std::size_t nodesIn(const JsonNode& node) {
  std::size_t count = 1;
  for (const JsonNode& item : node.items)
    count += nodesIn(item);
  for (const JsonMember& member : node.members)
    count += nodesIn(member.value);
  return count;
}

class YamlReader {
 public:
  YamlReader(std::string_view text, std::string_view file, Problems& problems)
      : file_(file), problems_(problems) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (!ready_) return;
    yaml_parser_set_input_string(
        &parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;
  ~YamlReader() {
    if (ready_) yaml_parser_delete(&parser_);
  }

  std::optional<JsonNode> read() {
    if (!ready_) return std::nullopt;
    while (true) {
      Event event;
      if (!next(event)) return std::nullopt;
      if (event->type == YAML_STREAM_END_EVENT) {
        fail({}, "the file is empty");
        return std::nullopt;
      }
      if (event->type != YAML_DOCUMENT_START_EVENT) continue;
      Event first;
      JsonNode root;
      if (!next(first) || !readNode(first, 1, root)) return std::nullopt;
      return root;
    }
  }

 private:
  bool fail(Position at, std::string message) {
    problems_.push_back({Problem::Severity::kError,
                         fmt::format("{}:{}:{}", file_, at.line, at.column),
                         std::move(message)});
    return false;
  }

  bool next(Event& event) {
    if (yaml_parser_parse(&parser_, event.get()) == 1) return true;
    const yaml_mark_t& mark =
        parser_.error == YAML_READER_ERROR ? parser_.mark : parser_.problem_mark;
    return fail(positionOf(mark),
                fmt::format("this is no YAML: {}",
                            parser_.problem == nullptr ? "there is no memory to read it"
                                                       : parser_.problem));
  }

  bool readNode(const Event& event, int depth, JsonNode& into) {
    into.at = positionOf(event->start_mark);
    if (depth > kDepthMax) {
      return fail(into.at, fmt::format("more than {} levels inside each other", kDepthMax));
    }
    if (++nodes_ > kNodesMax) return tooLarge(into.at);
    std::string anchor;
    bool good = true;
    if (event->type == YAML_ALIAS_EVENT) return readAlias(event, into);
    if (event->type == YAML_SCALAR_EVENT) {
      anchor = textOf(event->data.scalar.anchor);
      readScalar(event, into);
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
      anchor = textOf(event->data.sequence_start.anchor);
      good = readSequence(depth, into);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
      anchor = textOf(event->data.mapping_start.anchor);
      good = readMapping(depth, into);
    } else {
      return fail(into.at, "a value is missing");
    }
    if (!good || anchor.empty()) return good;
    // What is kept for aliases counts as well: anchors inside anchors are copies of copies.
    nodes_ += nodesIn(into);
    if (nodes_ > kNodesMax) return tooLarge(into.at);
    anchors_[anchor] = into;
    return true;
  }

  bool tooLarge(Position at) {
    return fail(at, fmt::format("more than {} values, copies by aliases counted", kNodesMax));
  }

  bool readAlias(const Event& event, JsonNode& into) {
    const std::string name = textOf(event->data.alias.anchor);
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      return fail(into.at, fmt::format("nothing before this is called &{}", name));
    }
    const std::size_t copied = nodesIn(found->second);
    if (copied > kNodesMax - std::min(nodes_, kNodesMax)) return tooLarge(into.at);
    nodes_ += copied;
    into = found->second;
    return true;
  }

  static void readScalar(const Event& event, JsonNode& into) {
    const auto& scalar = event->data.scalar;
    into.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    into.kind = Kind::kString;
    if (scalar.style != YAML_PLAIN_SCALAR_STYLE) return;
    const std::string lower = toLowerAscii(into.text);
    if (lower.empty() || lower == "~" || lower == "null") {
      into.kind = Kind::kNull;
    } else if (lower == "true" || lower == "false") {
      into.kind = Kind::kBoolean;
      into.boolean = lower == "true";
    } else if (parseInteger(into.text)) {
      into.kind = Kind::kNumber;
    }
  }

  bool readSequence(int depth, JsonNode& into) {
    into.kind = Kind::kArray;
    while (true) {
      Event event;
      if (!next(event)) return false;
      if (event->type == YAML_SEQUENCE_END_EVENT) return true;
      if (!readNode(event, depth + 1, into.items.emplace_back())) return false;
    }
  }

  bool readMapping(int depth, JsonNode& into) {
    into.kind = Kind::kObject;
    while (true) {
      Event key;
      if (!next(key)) return false;
      if (key->type == YAML_MAPPING_END_EVENT) return true;
      const Position at = positionOf(key->start_mark);
      if (key->type != YAML_SCALAR_EVENT) return fail(at, "a key should be a text");
      JsonMember& member = into.members.emplace_back();
      member.at = at;
      member.name.assign(reinterpret_cast<const char*>(key->data.scalar.value),
                         key->data.scalar.length);
      Event value;
      if (!next(value) || !readNode(value, depth + 1, member.value)) return false;
    }
  }

  std::string_view file_;
  Problems& problems_;
  yaml_parser_t parser_{};
  bool ready_ = false;
  std::size_t nodes_ = 0;
  std::map<std::string, JsonNode> anchors_;
};

}  // namespace

std::optional<JsonNode> parseYaml(std::string_view text,
                                  std::string_view file,
                                  Problems& problems) {
  return YamlReader(text, file, problems).read();
}

}  // namespace tandem::policy::entra
