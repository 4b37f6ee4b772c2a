// SPDX-License-Identifier: Apache-2.0
#include "web/call.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBodyDepth = 64;

Error wrong(const Parameter& parameter, std::string_view expected) {
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("\"{}\" must be {}", parameter.name, expected));
}

std::string wordsOf(const Parameter& parameter) {
  return fmt::format("one of {}", fmt::join(parameter.words, ", "));
}

// As text, whatever place it came from: "true" and "false" for flags.
Result<std::string> checked(const Parameter& parameter, std::string value) {
  switch (parameter.type) {
    case ValueType::kNumber: {
      const auto number = parseInteger(value);
      if (!number || *number < 0) return wrong(parameter, "a whole number, not negative");
      return value;
    }
    case ValueType::kFlag:
      if (value == "1" || value == "true" || value.empty()) return std::string("true");
      if (value == "0" || value == "false") return std::string("false");
      return wrong(parameter, "true or false");
    case ValueType::kText:
      if (parameter.words.empty()) return value;
      for (const std::string_view word : parameter.words) {
        if (equalsIgnoreCaseAscii(word, value)) return std::string(word);
      }
      return wrong(parameter, wordsOf(parameter));
    case ValueType::kList:
    case ValueType::kObject:
    case ValueType::kObjects:
      return value;
  }
  return value;
}

Result<std::string> fromJson(const Parameter& parameter, const Json& json) {
  switch (parameter.type) {
    case ValueType::kNumber:
      if (!json.is_number_integer()) return wrong(parameter, "a whole number");
      return checked(parameter, std::to_string(json.get<std::int64_t>()));
    case ValueType::kFlag:
      if (!json.is_boolean()) return wrong(parameter, "true or false");
      return std::string(json.get<bool>() ? "true" : "false");
    case ValueType::kText:
      if (!json.is_string()) return wrong(parameter, "a text");
      return checked(parameter, json.get<std::string>());
    case ValueType::kList:
      if (!json.is_array() ||
          !std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_string(); })) {
        return wrong(parameter, "a list of texts");
      }
      return json.dump();
    case ValueType::kObject:
      if (!json.is_object()) return wrong(parameter, "an object");
      return json.dump();
    case ValueType::kObjects:
      if (!json.is_array() ||
          !std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_object(); })) {
        return wrong(parameter, "a list of objects");
      }
      return json.dump();
  }
  return std::string();
}

const Parameter* find(const Route& route, Place place, std::string_view name) {
  for (const Parameter& parameter : route.parameters) {
    if (parameter.place == place && parameter.name == name) return &parameter;
  }
  return nullptr;
}

Error unknown(Place place, std::string_view name, const Route& route) {
  std::vector<std::string_view> known;
  for (const Parameter& parameter : route.parameters) {
    if (parameter.place == place) known.push_back(parameter.name);
  }
  return Error(ErrorCode::kInvalidArgument,
               known.empty() ? fmt::format("there is no parameter \"{}\" here", name)
                             : fmt::format("there is no parameter \"{}\"; there are: {}",
                                           name,
                                           fmt::join(known, ", ")));
}

// A body of a few bytes can nest so deep that a reader that recurses runs out of stack.
bool isTooDeep(std::string_view text) {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kBodyDepth) return true;
    } else if (c == '}' || c == ']') {
      depth -= depth > 0 ? 1 : 0;
    }
  }
  return false;
}

Result<Json> parseBody(const Call& call) {
  const std::string& body = call.request().body;
  if (body.empty()) return Json::object();
  // A form of another site cannot send this type without asking us first (CORS), and we refuse.
  const std::string_view type = call.request().header("Content-Type");
  if (!toLowerAscii(type.substr(0, type.find(';'))).starts_with("application/json")) {
    return Error(ErrorCode::kInvalidArgument,
                 "the body must be JSON, with Content-Type: application/json");
  }
  if (isTooDeep(body)) return Error(ErrorCode::kInvalidArgument, "the body is nested too deep");
  Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded() || !json.is_object()) {
    return Error(ErrorCode::kInvalidArgument, "the body is not a JSON object");
  }
  return json;
}

Result<void> readBody(Call& call) {
  const Json body = TRY(parseBody(call));
  for (const auto& [name, value] : body.items()) {
    const Parameter* const parameter = find(call.route(), Place::kBody, name);
    if (parameter == nullptr) return unknown(Place::kBody, name, call.route());
    if (value.is_null()) continue;
    call.values[name] = TRY(fromJson(*parameter, value));
  }
  return {};
}

}  // namespace

std::string Call::text(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second;
}

std::int64_t Call::number(std::string_view name, std::int64_t otherwise) const {
  const auto found = values.find(name);
  return found == values.end() ? otherwise : parseInteger(found->second).value_or(otherwise);
}

bool Call::flag(std::string_view name) const {
  return text(name) == "true";
}

Json Call::json(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? Json() : Json::parse(found->second);
}

cli::Session Call::session() const {
  cli::Session session = site_->session();
  session.user_name = principal ? principal->name : std::string("nobody");
  session.door = principal ? std::string(access::toWord(principal->door)) : "console";
  session.from = request_->peer_address;
  return session;
}

Result<void> readParameters(Call& call, const Values& path_values) {
  const std::string& target = call.request().target;
  const std::size_t mark = target.find('?');
  if (mark != std::string::npos) {
    for (auto& [name, value] : TRY(parseQuery(std::string_view(target).substr(mark + 1)))) {
      const Parameter* const parameter = find(call.route(), Place::kQuery, name);
      if (parameter == nullptr) return unknown(Place::kQuery, name, call.route());
      call.values[name] = TRY(checked(*parameter, value));
    }
  }
  if (call.route().changesSomething()) TRY(readBody(call));
  for (const auto& [name, value] : path_values) {
    const Parameter* const parameter = find(call.route(), Place::kPath, name);
    if (parameter == nullptr) return unknown(Place::kPath, name, call.route());
    call.values[name] = TRY(checked(*parameter, value));
  }
  for (const Parameter& parameter : call.route().parameters) {
    if (parameter.is_required && !call.has(parameter.name)) {
      return Error(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is missing", parameter.name));
    }
  }
  return {};
}

}  // namespace tandem::web
