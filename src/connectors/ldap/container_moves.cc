// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/container_moves.h"

#include "connectors/entry/container_scope.h"

namespace tandem::connectors::ldap {
namespace {

using entry::isUnderKey;

bool mustPrecede(const ContainerMove& first, const ContainerMove& second) {
  // What comes to stand at or below the place that the first one leaves must not be caught by it.
  if (!second.leaves_scope && isUnderKey(second.new_key, first.old_key)) return true;
  const bool strictly_below =
      first.old_key != second.old_key && isUnderKey(first.old_key, second.old_key);
  // What is saved out of a subtree that leaves is to be out of it by then.
  if (second.leaves_scope && !first.leaves_scope && strictly_below) return true;
  // A subtree that leaves is named by the DN that is known: before its parent's name changes.
  return first.leaves_scope && !second.leaves_scope && strictly_below;
}

}  // namespace

std::optional<std::vector<std::size_t>> orderMoves(const std::vector<ContainerMove>& moves) {
  std::vector<std::vector<std::size_t>> after(moves.size());
  std::vector<std::size_t> waiting(moves.size(), 0);
  for (std::size_t a = 0; a < moves.size(); ++a) {
    for (std::size_t b = 0; b < moves.size(); ++b) {
      if (a == b || !mustPrecede(moves[a], moves[b])) continue;
      after[a].push_back(b);
      ++waiting[b];
    }
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < moves.size(); ++i)
    if (waiting[i] == 0) order.push_back(i);
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const std::size_t next : after[order[at]])
      if (--waiting[next] == 0) order.push_back(next);
  }
  if (order.size() != moves.size()) return std::nullopt;
  return order;
}

}  // namespace tandem::connectors::ldap
