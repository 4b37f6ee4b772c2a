// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tenant/filter_match.h"
#include "tenant/graph_request.h"
#include "tenant/object_json.h"
#include "tenant/tenant.h"

namespace tandem::tenant {

// A navigation that $expand asks for, with its own $select.
struct Expansion {
  std::string name;  // lower case: "manager"
  std::optional<PropertySet> properties;
};

// The query options of a collection or an object, checked.
struct ListOptions {
  View view;
  std::size_t top = 100;
  std::optional<ObjectFilter> filter;
  bool count = false;
  std::optional<Property> order_by;
  bool descending = false;
  std::vector<std::string> search;  // folded words, one must be in a name
  std::vector<Expansion> expansions;
  std::string skip_token;  // decoded; empty on the first page
};

std::variant<ListOptions, GraphError> readListOptions(const GraphRequest& request, Kind kind);

// $select alone, for one object: absent names give the kind's default properties.
std::variant<View, GraphError> readSelect(const GraphRequest& request, Kind kind);

// The next candidate after `key`, in ascending order of keys; sets `key` to its own. nullptr: end.
using CandidateSource = std::function<const Object*(std::uint64_t& key)>;

// One page of a collection as Graph answers it. `context` is what follows $metadata#.
GraphAnswer answerPage(const Tenant& tenant,
                       const GraphRequest& request,
                       const ListOptions& options,
                       const std::string& context,
                       const CandidateSource& source);

// All objects of a kind in a state, by number; by index where the filter allows.
CandidateSource allObjects(const Tenant& tenant,
                           Kind kind,
                           ObjectState state,
                           const ListOptions& options,
                           std::int64_t now_ms);

// The objects with these numbers, in this order.
CandidateSource theseObjects(const Tenant& tenant, std::vector<ObjectNumber> numbers);

void writeExpansions(JsonWriter& json,
                     const Tenant& tenant,
                     const Object& object,
                     const std::vector<Expansion>& expansions);

std::size_t countMatches(const ListOptions& options, const CandidateSource& source);

std::string encodeToken(std::string_view text);
std::string decodeToken(std::string_view token);  // empty when it is none

}  // namespace tandem::tenant
