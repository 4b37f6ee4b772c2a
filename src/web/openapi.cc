// SPDX-License-Identifier: Apache-2.0
#include "web/openapi.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "web/route.h"
#include "web/router.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

Json schemaOf(const Parameter& parameter) {
  Json schema;
  switch (parameter.type) {
    case ValueType::kText:
      schema["type"] = "string";
      break;
    case ValueType::kNumber:
      schema = {{"type", "integer"}, {"minimum", 0}};
      break;
    case ValueType::kFlag:
      schema["type"] = "boolean";
      break;
    case ValueType::kList:
      schema = {{"type", "array"}, {"items", {{"type", "string"}}}};
      break;
    case ValueType::kObject:
      schema["type"] = "object";
      break;
    case ValueType::kObjects:
      schema = {{"type", "array"}, {"items", {{"type", "object"}}}};
      break;
  }
  if (!parameter.words.empty()) schema["enum"] = parameter.words;
  return schema;
}

Json parametersOf(const Route& route) {
  Json list = Json::array();
  for (const Parameter& parameter : route.parameters) {
    if (parameter.place == Place::kBody) continue;
    const bool is_path = parameter.place == Place::kPath;
    Json one{{"name", parameter.name},
             {"in", is_path ? "path" : "query"},
             {"required", is_path || parameter.is_required},
             {"schema", schemaOf(parameter)}};
    if (!parameter.doc.empty()) one["description"] = parameter.doc;
    list.push_back(std::move(one));
  }
  return list;
}

Json bodyOf(const Route& route) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Parameter& parameter : route.parameters) {
    if (parameter.place != Place::kBody) continue;
    Json schema = schemaOf(parameter);
    if (!parameter.doc.empty()) schema["description"] = parameter.doc;
    properties[std::string(parameter.name)] = std::move(schema);
    if (parameter.is_required) required.push_back(parameter.name);
  }
  if (properties.empty()) return nullptr;
  Json schema{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return {{"required", !required.empty()},
          {"content", {{"application/json", {{"schema", schema}}}}}};
}

Json objectSchema(const std::vector<std::string_view>& members) {
  Json schema{{"type", "object"}};
  if (!members.empty()) schema["required"] = members;
  return schema;
}

Json answersOf(const Route& route) {
  Json error{
      {"description", "It was not done, and why"},
      {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
  if (route.is_operation) {
    return {{"202",
             {{"description", "It has begun: follow the operation"},
              {"content", {{"application/json", {{"schema", objectSchema({"operation"})}}}}}}},
            {"default", error}};
  }
  return {{"200",
           {{"description", "Done"},
            {"content", {{"application/json", {{"schema", objectSchema(route.answers)}}}}}}},
          {"default", error}};
}

std::string operationId(const Route& route) {
  std::string id(toString(route.method));
  std::transform(
      id.begin(), id.end(), id.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  bool upper = false;
  for (const char c : route.path) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter) id += upper ? static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c) : c;
    upper = !is_letter;
  }
  return id;
}

Json pathItem(const Route& route) {
  Json item{{"operationId", operationId(route)},
            {"summary", route.summary},
            {"parameters", parametersOf(route)},
            {"responses", answersOf(route)},
            {"x-role", route.role ? Json(access::toWord(*route.role)) : Json(nullptr)}};
  if (!route.role) item["security"] = Json::array();
  if (!route.command.empty()) item["x-command"] = fmt::format("tandem {}", route.command);
  Json body = bodyOf(route);
  if (!body.is_null()) item["requestBody"] = std::move(body);
  return item;
}

std::string parameterLine(const Parameter& parameter) {
  constexpr std::string_view kPlaces[] = {"path", "query", "body"};
  std::string line = fmt::format("`{}` ({}{})",
                                 parameter.name,
                                 kPlaces[static_cast<std::size_t>(parameter.place)],
                                 parameter.is_required ? ", required" : "");
  if (!parameter.words.empty()) line += fmt::format(": {}", fmt::join(parameter.words, ", "));
  if (!parameter.doc.empty()) line += fmt::format(": {}", parameter.doc);
  return line;
}

}  // namespace

Json openApiDocument() {
  Json paths = Json::object();
  for (const Route& route : allRoutes()) {
    const std::string path = std::string(kApiPrefix) + std::string(route.path);
    paths[path][toLowerAscii(toString(route.method))] = pathItem(route);
  }
  const Json error{
      {"type", "object"},
      {"required", {"error"}},
      {"properties",
       {{"error",
         {{"type", "object"},
          {"required", {"code", "message"}},
          {"properties", {{"code", {{"type", "string"}}}, {"message", {{"type", "string"}}}}}}}}}};
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Tandem"},
            {"version", TANDEM_VERSION},
            {"description",
             "Whatever the console and the command line can do. Fields and routes are added within "
             "v1; none changes its meaning."}}},
          {"security", {{{"token", Json::array()}}, {{"session", Json::array()}}}},
          {"paths", paths},
          {"components",
           {{"schemas", {{"Error", error}}},
            {"securitySchemes",
             {{"token", {{"type", "http"}, {"scheme", "bearer"}}},
              {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-tandem"}}}}}}}};
}

std::string apiReferencePage() {
  std::string page =
      "# Control API\n\n"
      "<!-- Made from the table of routes: build/dev/src/web/web_test writes it with "
      "TANDEM_WRITE_DOCS=1. -->\n\n"
      "What the console and scripts use, under `/api/v1` of the console's address and of "
      "`api.sock` "
      "in the home folder. Who may: [access](access.md). How it works: "
      "[the service](../internals/service.md). A machine reads `/api/v1/openapi.json`.\n\n"
      "A route with a command answers what that command prints with `--json`. *Operation*: the "
      "answer "
      "is 202 with the operation; follow `/operations/{id}/events`.\n";
  for (const Route& route : allRoutes()) {
    page += fmt::format("\n## {} {}\n\n{}. ", toString(route.method), route.path, route.summary);
    page += route.role ? fmt::format("Role: {}. ", access::toWord(*route.role)) : "Anybody. ";
    if (!route.command.empty()) page += fmt::format("Command: `tandem {}`. ", route.command);
    if (route.is_operation) page += "Operation. ";
    page.back() = '\n';
    if (!route.parameters.empty()) page += "\n";
    for (const Parameter& parameter : route.parameters)
      page += fmt::format("* {}\n", parameterLine(parameter));
  }
  return page;
}

}  // namespace tandem::web
