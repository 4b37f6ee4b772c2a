// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tandem::connectors::graph {

// A refusal in Graph's error envelope.
struct GraphFailure {
  struct Detail {
    std::string code;
    std::string target;  // the property
  };

  int status = 0;
  std::string code;
  std::string message;
  std::vector<Detail> details;

  bool isMissing() const { return status == 404; }
  bool isThrottled() const { return status == 429; }
  bool isServerSide() const { return status >= 500 && status != 507 && status != 501; }
  bool hasDetail(std::string_view wanted) const;
  // Graph's own words for people: code and message, with the properties that it names.
  std::string toText() const;
};

// From the body of a whole answer. Anything that is no error envelope gives one without a code.
GraphFailure parseFailure(int status, std::string_view body);

// The words of entra-connect's operators for what went wrong with one object, and what to do next.
struct ExportErrorClass {
  std::string type;  // "AttributeValueMustBeUnique", "permission-issue", …
  std::string advice;
  bool is_retryable = false;  // the same export may succeed later without anyone acting
};

ExportErrorClass classify(const GraphFailure& failure);

// The same refusal as the reason why a whole request cannot be done.
Error toError(const GraphFailure& failure, std::string_view doing);

}  // namespace tandem::connectors::graph
