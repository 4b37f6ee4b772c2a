// SPDX-License-Identifier: Apache-2.0
#include "tenant/member_list.h"

#include <algorithm>

namespace tandem::tenant {
namespace {

constexpr std::size_t kIndexFrom = 32;

}  // namespace

std::optional<std::size_t> MemberList::position(std::uint32_t member) const {
  if (index_) {
    const auto found = index_->find(member);
    if (found == index_->end()) return std::nullopt;
    return found->second;
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].member == member) return i;
  }
  return std::nullopt;
}

bool MemberList::add(std::uint32_t member, std::uint64_t change) {
  if (contains(member)) return false;
  entries_.push_back({change, member});
  ++size_;
  if (index_) {
    index_->emplace(member, entries_.size() - 1);
  } else if (entries_.size() > kIndexFrom) {
    dropHoles();
  }
  return true;
}

std::optional<std::uint64_t> MemberList::remove(std::uint32_t member, std::uint64_t change) {
  const auto place = position(member);
  if (!place) return std::nullopt;
  const std::uint64_t added = entries_[*place].change;
  entries_[*place].member = 0;
  --size_;
  removals_.push_back({change, member});
  if (index_) index_->erase(member);
  if (entries_.size() > kIndexFrom && entries_.size() > 2 * size_) dropHoles();
  return added;
}

void MemberList::forgetRemovals(std::uint64_t up_to) {
  const auto first_kept =
      std::find_if(removals_.begin(), removals_.end(), [up_to](const Removal& removal) {
        return removal.change > up_to;
      });
  removals_.erase(removals_.begin(), first_kept);
  removals_.shrink_to_fit();
}

// Paging goes by change number, so entries may move.
void MemberList::dropHoles() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.member == 0; });
  index_.reset();
  if (entries_.size() <= kIndexFrom) return;
  index_ = std::make_unique<std::unordered_map<std::uint32_t, std::size_t>>();
  index_->reserve(entries_.size() * 2);
  for (std::size_t i = 0; i < entries_.size(); ++i)
    index_->emplace(entries_[i].member, i);
}

const MemberList::Entry* MemberList::after(std::uint64_t change) const {
  const auto place = std::upper_bound(
      entries_.begin(), entries_.end(), change, [](std::uint64_t wanted, const Entry& entry) {
        return wanted < entry.change;
      });
  return entries_.data() + (place - entries_.begin());
}

}  // namespace tandem::tenant
