// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenant/property.h"

// Graph's errors, with the words that real clients look at.
namespace tandem::tenant {

struct GraphErrorDetail {
  std::string code;
  std::string message;
  std::string target;
};

struct GraphError {
  int status = 400;
  std::string code;
  std::string message;
  std::vector<GraphErrorDetail> details;
  std::string inner_code;  // of innerError; only throttling has one
};

using Refusal = std::optional<GraphError>;

GraphError badRequest(std::string message);
GraphError unknownProperty(Kind kind, std::string_view name);  // in $select and $filter
GraphError invalidProperty(std::string_view name);             // in a body
GraphError invalidValue(Kind kind, std::string_view property);
GraphError wrongType(std::string_view property, std::string_view expected_type);
GraphError requiredValue(Kind kind, std::string_view property);
GraphError invalidLength(std::string_view property);
GraphError readOnlyProperty(std::string_view property);
GraphError duplicate(std::string_view property);  // ObjectConflict
GraphError invalidUpnDomain();
GraphError notFound(std::string_view id);
GraphError unknownSegment(std::string_view segment);
GraphError unsupportedQuery(std::string message = "Unsupported Query.");
GraphError denied();
GraphError onPremisesMastered();
GraphError methodNotAllowed(std::string_view method);
GraphError syncError(std::string_view code, std::string message, std::string_view target);

}  // namespace tandem::tenant
