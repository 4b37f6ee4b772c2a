// SPDX-License-Identifier: Apache-2.0
#include "tenant/graph_error.h"

#include <fmt/format.h>

namespace tandem::tenant {
namespace {

GraphError withDetail(std::string code, std::string message, std::string target) {
  GraphError error = badRequest(message);
  error.details.push_back({std::move(code), std::move(message), std::move(target)});
  return error;
}

}  // namespace

GraphError badRequest(std::string message) {
  return {400, "Request_BadRequest", std::move(message), {}, {}};
}

GraphError unknownProperty(Kind kind, std::string_view name) {
  return badRequest(fmt::format(
      "Could not find a property named '{}' on type 'microsoft.graph.{}'.", name, typeName(kind)));
}

GraphError invalidProperty(std::string_view name) {
  return badRequest(fmt::format("Invalid property '{}'.", name));
}

GraphError invalidValue(Kind kind, std::string_view property) {
  return withDetail("InvalidValue",
                    fmt::format("Invalid value specified for property '{}' of resource '{}'.",
                                property,
                                resourceName(kind)),
                    std::string(property));
}

GraphError wrongType(std::string_view property, std::string_view expected_type) {
  return badRequest(
      fmt::format("Cannot convert the value of property '{}' to the expected type '{}'.",
                  property,
                  expected_type));
}

GraphError requiredValue(Kind kind, std::string_view property) {
  return badRequest(fmt::format(
      "A value is required for property '{}' of resource '{}'.", property, resourceName(kind)));
}

GraphError invalidLength(std::string_view property) {
  return withDetail("InvalidLength",
                    fmt::format("Property {} has an invalid length.", property),
                    std::string(property));
}

GraphError readOnlyProperty(std::string_view property) {
  return badRequest(fmt::format("Property '{}' is read-only and cannot be set.", property));
}

GraphError duplicate(std::string_view property) {
  return withDetail(
      "ObjectConflict",
      fmt::format("Another object with the same value for property {} already exists.", property),
      std::string(property));
}

GraphError invalidUpnDomain() {
  return withDetail("InvalidValue",
                    "The domain portion of the userPrincipalName property is invalid. You must use "
                    "one of the verified domain names in your organization.",
                    "userPrincipalName");
}

GraphError notFound(std::string_view id) {
  return {
      404,
      "Request_ResourceNotFound",
      fmt::format("Resource '{}' does not exist or one of its queried reference-property objects "
                  "are not present.",
                  id),
      {},
      {}};
}

GraphError unknownSegment(std::string_view segment) {
  return {
      400, "BadRequest", fmt::format("Resource not found for the segment '{}'.", segment), {}, {}};
}

GraphError unsupportedQuery(std::string message) {
  return {400, "Request_UnsupportedQuery", std::move(message), {}, {}};
}

GraphError denied() {
  return {403,
          "Authorization_RequestDenied",
          "Insufficient privileges to complete the operation.",
          {},
          {}};
}

GraphError onPremisesMastered() {
  return badRequest(
      "Unable to update the specified properties for on-premises mastered Directory Sync objects "
      "or "
      "objects currently undergoing migration.");
}

GraphError methodNotAllowed(std::string_view method) {
  return {405,
          "Request_BadRequest",
          fmt::format("Specified HTTP method '{}' is not allowed for the request target.", method),
          {},
          {}};
}

GraphError syncError(std::string_view code, std::string message, std::string_view target) {
  return withDetail(std::string(code), std::move(message), std::string(target));
}

}  // namespace tandem::tenant
