// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/graph_failure.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "connectors/graph/graph_failure_json.h"

namespace tandem::connectors::graph {
namespace {

constexpr std::size_t kMessageMax = 500;  // characters of the other side's text that we repeat

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Words that a tenant with matching and quarantine logic answers itself; they are the
// administrator's words already.
struct Word {
  std::string_view type;
  std::string_view advice;
};
constexpr std::array<Word, 9> kWords = {{
    {"AttributeValueMustBeUnique",
     "find the other object that has this value, then change or delete one of the two"},
    {"InvalidSoftMatch",
     "an object with the same address or user principal name belongs to another source object: "
     "delete it, or change the address of one of the two"},
    {"InvalidHardMatch",
     "the tenant forbids taking over a cloud object by its anchor: allow it for the time of the "
     "takeover, or delete the cloud object"},
    {"ObjectTypeMismatch",
     "the address belongs to an object of another type in the tenant: change or remove it there"},
    {"ExistingAdminRoleConflict",
     "the matching cloud account holds an administrator role and is not taken over: remove the "
     "role, synchronize, then assign it again"},
    {"IdentityDataValidationFailed", "correct the value in the source directory"},
    {"FederatedDomainChangeError",
     "change the user principal name to a managed domain first, then to the other federated one"},
    {"LargeObject", "remove values (certificates, addresses) in the source directory"},
    {"ExceededAllowedLength", "shorten the value in the source directory"},
}};

const Word* findWord(std::string_view type) {
  const auto* found =
      std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) { return w.type == type; });
  return found == kWords.end() ? nullptr : found;
}

ExportErrorClass fromWord(std::string_view type) {
  return {std::string(type), std::string(findWord(type)->advice), false};
}

bool isDuplicate(const GraphFailure& failure) {
  return failure.hasDetail("ObjectConflict") || failure.hasDetail("PropertyConflict") ||
         failure.code == "Request_MultipleObjectsWithSameKeyValue" ||
         has(failure.message, "already exists") || has(failure.message, "already exist.");
}

ExportErrorClass classifyBadRequest(const GraphFailure& failure) {
  if (has(failure.message, "on-premises mastered")) {
    return {"permission-issue",
            "another synchronization server masters this object: stop that one, or move the object "
            "out of its scope",
            false};
  }
  if (isDuplicate(failure)) return fromWord("AttributeValueMustBeUnique");
  if (has(failure.message, "invalid length") || has(failure.message, "exceeds")) {
    return fromWord("ExceededAllowedLength");
  }
  if (has(failure.message, "domain portion")) {
    return {"IdentityDataValidationFailed",
            "verify the domain in the tenant, or give the user a name in a verified domain",
            false};
  }
  return fromWord("IdentityDataValidationFailed");
}

ExportErrorClass classifyForbidden(const GraphFailure& failure) {
  if (failure.code == "Directory_QuotaExceeded") {
    if (has(failure.message, "forward-link")) return fromWord("LargeObject");
    return {"cd-error", "the tenant is full: delete objects for good or ask for more", false};
  }
  return {"permission-issue",
          "grant the application the permission that the connection test names; accounts with "
          "administrator roles need a role for the application itself",
          false};
}

}  // namespace

bool GraphFailure::hasDetail(std::string_view wanted) const {
  return std::any_of(
      details.begin(), details.end(), [&](const Detail& d) { return d.code == wanted; });
}

std::string GraphFailure::toText() const {
  std::string text = code.empty() ? fmt::format("status {}", status)
                                  : fmt::format("{} {}: {}", status, code, message);
  for (const Detail& detail : details) {
    if (!detail.target.empty() && !has(message, detail.target)) {
      text += fmt::format(" ({})", detail.target);
    }
  }
  return text;
}

GraphFailure readFailure(int status, const JsonElement& body) {
  GraphFailure failure;
  failure.status = status;
  const std::optional<JsonElement> error = memberOf(body, "error");
  if (!error) return failure;
  failure.code = textAt(*error, "code").value_or("");
  failure.message = textAt(*error, "message").value_or("").substr(0, kMessageMax);
  const std::optional<JsonArray> details = arrayAt(*error, "details");
  if (!details) return failure;
  for (const JsonElement detail : *details) {
    failure.details.push_back({std::string(textAt(detail, "code").value_or("")),
                               std::string(textAt(detail, "target").value_or(""))});
  }
  return failure;
}

GraphFailure parseFailure(int status, std::string_view body) {
  simdjson::dom::parser parser;
  JsonElement document;
  if (parser.parse(body.data(), body.size()).get(document) == simdjson::SUCCESS) {
    return readFailure(status, document);
  }
  GraphFailure failure;
  failure.status = status;
  return failure;
}

ExportErrorClass classify(const GraphFailure& failure) {
  for (const GraphFailure::Detail& detail : failure.details) {
    if (findWord(detail.code) != nullptr) return fromWord(detail.code);
  }
  if (findWord(failure.code) != nullptr) return fromWord(failure.code);
  if (failure.isThrottled() || failure.isServerSide()) {
    return {"cd-connectivity-error", "nothing: the next export tries again", true};
  }
  switch (failure.status) {
    case 400:
    case 422:
      return classifyBadRequest(failure);
    case 401:
      return {"permission-issue", "check the application's credentials", true};
    case 403:
      return classifyForbidden(failure);
    case 404:
      return {"cd-missing-object",
              "somebody deleted it in the tenant: the next import shows that, and the object is "
              "made again",
              true};
    case 409:
      if (isDuplicate(failure)) return fromWord("AttributeValueMustBeUnique");
      return {"cd-error", "nothing: somebody else changed the object at the same time", true};
    case 413:
      return fromWord("LargeObject");
    default:
      return {"cd-error", "look at the tenant's own message", false};
  }
}

Error toError(const GraphFailure& failure, std::string_view doing) {
  const std::string text = fmt::format("{}: the tenant answers {}", doing, failure.toText());
  if (failure.status == 401) {
    return Error(ErrorCode::kUnauthenticated, text + "; check the application's credentials");
  }
  if (failure.status == 403) {
    return Error(ErrorCode::kPermissionDenied,
                 text + "; grant the application the permission, then an administrator's consent");
  }
  if (failure.isThrottled()) return Error(ErrorCode::kThrottled, text + "; try again later");
  if (failure.isServerSide()) return Error(ErrorCode::kUnavailable, text + "; try again later");
  if (failure.isMissing()) {
    return Error(ErrorCode::kNotFound, text + "; is the base URL right?");
  }
  return Error(ErrorCode::kInvalidArgument, text);
}

}  // namespace tandem::connectors::graph
