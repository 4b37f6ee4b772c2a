// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "tenant/directory.h"
#include "tenant/filter.h"
#include "tenant/graph_error.h"

namespace tandem::tenant {

// A parsed filter bound to the properties of one kind. Texts compare without case, as Graph does;
// immutable ids exactly.
class ObjectFilter {
 public:
  // `eventual`: the request has ConsistencyLevel: eventual and $count, so advanced operators go.
  static std::variant<ObjectFilter, GraphError> compile(Kind kind,
                                                        const FilterNode& parsed,
                                                        bool eventual);

  bool matches(const Object& object) const;

  // When an index can answer: the only objects that can match. Absent: look at all.
  std::optional<std::vector<const Object*>> candidates(const Directory& directory) const;

 private:
  struct Node;
  friend class FilterCompiler;
  Kind kind_ = Kind::kUser;
  std::shared_ptr<const Node> root_;
};

}  // namespace tandem::tenant
