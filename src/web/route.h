// SPDX-License-Identifier: Apache-2.0
//
// The table that the router, the OpenAPI document, the reference page and the test of who may do
// what are made from. See docs/internals/service.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/role.h"
#include "base/result.h"
#include "platform/http_message.h"

namespace tandem::web {

class Call;

enum class Method : std::uint8_t {
  kGet,
  kPost,
  kPut,
  kPatch,
  kDelete
};

std::string_view toString(Method method);

enum class Place : std::uint8_t {
  kPath,   // "{name}" in the path; always required
  kQuery,  // ?name=value
  kBody    // a member of the JSON object in the body
};

enum class ValueType : std::uint8_t {
  kText,
  kNumber,  // a whole number, not negative
  kFlag,    // true or false; 1 and 0 in a query
  kList,    // of texts; in the body alone
  kObject,  // JSON; in the body alone, for resource routes
  kObjects  // a list of them
};

struct Parameter {
  std::string_view name = {};
  Place place = Place::kQuery;
  ValueType type = ValueType::kText;
  std::string_view doc = {};
  // Of a command route: "--limit"; "" for a positional value. "=" for what the route itself reads.
  std::string_view option = "=";
  bool is_required = false;
  std::vector<std::string_view> words = {};  // the only values there are; empty: any
};

// Answers a request of a resource route. Errors become status and body.
using Resource = Result<platform::ServerResponse> (*)(Call& call);

struct Route {
  Method method = Method::kGet;
  std::string_view path = {};             // behind /api/v1: "/runs/{id}"
  std::optional<access::Role> role = {};  // the least one; absent: anybody may
  std::string_view summary = {};          // one line without a full stop
  std::vector<Parameter> parameters = {};
  // Exactly one of the two. command: "connector statistics".
  std::string_view command = {};
  Resource resource = nullptr;
  bool is_polled = false;     // of a command that only reads: see answer_cache.h
  bool is_operation = false;  // answers 202 and goes on; see operations.h
  bool needs_home = true;     // of an operation: nobody else may work on the home meanwhile
  std::string_view act = {};  // audit word of a resource route that changes something
  std::vector<std::string_view> fixed = {};    // options that the command always gets: "--steps"
  std::vector<std::string_view> answers = {};  // members that the answer always has

  bool changesSomething() const { return method != Method::kGet; }
};

// In the order of the reference page.
const std::vector<Route>& allRoutes();

// What allRoutes() is made of; one function a file of routes.
std::vector<Route> sessionRoutes();
std::vector<Route> oidcRoutes();
std::vector<Route> accessRoutes();
std::vector<Route> serverRoutes();
std::vector<Route> runRoutes();
std::vector<Route> connectorRoutes();
std::vector<Route> metaverseRoutes();
std::vector<Route> policyRoutes();
std::vector<Route> pairRoutes();
std::vector<Route> setupRoutes();

}  // namespace tandem::web
