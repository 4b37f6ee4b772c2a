// SPDX-License-Identifier: Apache-2.0
#include "web/rule_places.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

class LineWalker {
 public:
  std::map<std::size_t, std::string> walk(const Json& json) {
    visit(json, "");
    return std::move(places_);
  }

 private:
  // Leaves line_ at the last line of the value.
  void visit(const Json& json, const std::string& place) {
    places_.emplace(line_, place);
    if (!json.is_structured() || json.empty()) return;
    std::size_t index = 0;
    for (const auto& [key, value] : json.items()) {
      ++line_;
      visit(value,
            json.is_array() ? fmt::format("{}[{}]", place, index++)
            : place.empty() ? key
                            : fmt::format("{}.{}", place, key));
    }
    ++line_;  // the closing brace
    places_.emplace(line_, place);
  }

  std::size_t line_ = 1;
  std::map<std::size_t, std::string> places_;
};

// "policy.json:74:9" → 74; 0: no such place.
std::size_t lineOf(const std::string& where) {
  const std::vector<std::string> parts = split(where, ':');
  if (parts.size() < 2) return 0;
  return static_cast<std::size_t>(parseInteger(parts[1]).value_or(0));
}

struct Position {
  std::string message;  // without it
  std::size_t line = 0, column = 0;
};

// "…: expression 1:13: the expression ends …" is split at its position.
Position positionIn(const std::string& message) {
  constexpr std::string_view kMark = "expression ";
  const std::size_t at = message.find(kMark);
  if (at == std::string::npos) return {message};
  const std::size_t end = message.find(": ", at);
  if (end == std::string::npos) return {message};
  const std::vector<std::string> numbers =
      split(message.substr(at + kMark.size(), end - at - kMark.size()), ':');
  const auto line = numbers.size() == 2 ? parseInteger(numbers[0]) : std::nullopt;
  const auto column = numbers.size() == 2 ? parseInteger(numbers[1]) : std::nullopt;
  if (!line || !column) return {message};
  return {
      message.substr(end + 2), static_cast<std::size_t>(*line), static_cast<std::size_t>(*column)};
}

std::size_t offsetOf(const std::string& expression, const Position& position) {
  std::size_t at = 0;
  for (std::size_t line = 1; line < position.line; ++line) {
    const std::size_t end = expression.find('\n', at);
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return at + position.column - 1;
}

// The text of an expression, which the policy may hold as a list of lines.
std::string expressionAt(const Json& flow) {
  const Json expression = flow.is_object() ? flow.value("expression", Json()) : Json();
  if (expression.is_string()) return expression.get<std::string>();
  std::string text;
  if (expression.is_array()) {
    for (const Json& line : expression)
      text += (text.empty() ? "" : "\n") + line.get<std::string>();
  }
  return text;
}

const Json* find(const Json& document, std::string_view place) {
  const Json* at = &document;
  std::string name;
  const auto step = [&]() {
    if (name.empty()) return;
    const auto index = parseInteger(name);
    at = at != nullptr && at->is_array() && index && static_cast<std::size_t>(*index) < at->size()
             ? &(*at)[static_cast<std::size_t>(*index)]
         : at != nullptr && at->is_object() && at->contains(name) ? &(*at)[name]
                                                                  : nullptr;
    name.clear();
  };
  for (const char c : place) {
    if (c == '.' || c == '[' || c == ']') {
      step();
    } else {
      name += c;
    }
  }
  step();
  return at;
}

}  // namespace

std::map<std::size_t, std::string> placesByLine(const Json& json) {
  return LineWalker().walk(json);
}

Json problemsIn(const Json& document, const std::string& part, const Problems& problems) {
  const std::map<std::size_t, std::string> places = placesByLine(document);
  Json list = Json::array();
  for (const Problem& problem : problems) {
    const auto found = places.find(lineOf(problem.where));
    if (found == places.end() || !found->second.starts_with(part)) continue;
    std::string place = found->second.substr(std::min(part.size() + 1, found->second.size()));
    const Position position = positionIn(problem.message);
    const bool is_error = problem.severity == Problem::Severity::kError;
    Json one{{"severity", is_error ? "error" : "warning"}};
    if (position.column != 0) {
      const Json* const flow = find(document, found->second);
      const std::string text = flow == nullptr ? "" : expressionAt(*flow);
      one["place"] = place.ends_with("expression") ? place : place + ".expression";
      one["offset"] = offsetOf(text, position);
    } else {
      one["place"] = place;
    }
    one["message"] = position.message;
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace tandem::web
