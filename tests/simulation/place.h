// SPDX-License-Identifier: Apache-2.0
//
// A directory that remembers what it held when: delta imports and lagging ones read from that.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tandem::simulation {

struct Thing {
  std::string type;    // "user", "group"
  std::string anchor;  // this place's own id
  std::string source;  // what both places know it by
  std::map<std::string, std::string> values;
  std::set<std::string> members;  // anchors

  friend bool operator==(const Thing&, const Thing&) = default;
};

class Place {
 public:
  struct Change {
    std::chrono::milliseconds at;
    std::string anchor;
    std::optional<Thing> thing;  // absent: deleted
  };

  const std::map<std::string, Thing>& things() const { return things_; }
  Thing* find(const std::string& anchor) {
    const auto found = things_.find(anchor);
    return found == things_.end() ? nullptr : &found->second;
  }
  Thing* findBySource(const std::string& source) {
    for (auto& [anchor, thing] : things_) {
      if (thing.source == source) return &thing;
    }
    return nullptr;
  }
  void put(const Thing& thing, std::chrono::milliseconds now) {
    things_[thing.anchor] = thing;
    changes_.push_back({now, thing.anchor, thing});
  }
  void remove(const std::string& anchor, std::chrono::milliseconds now) {
    things_.erase(anchor);
    changes_.push_back({now, anchor, std::nullopt});
    std::vector<Thing> groups;
    for (const auto& [id, thing] : things_) {
      if (thing.members.count(anchor) != 0) groups.push_back(thing);
    }
    for (Thing& group : groups) {
      group.members.erase(anchor);
      put(group, now);
    }
  }
  // How much of what has happened was visible at that time.
  std::size_t seenAt(std::chrono::milliseconds time) const {
    std::size_t count = 0;
    while (count < changes_.size() && changes_[count].at <= time)
      ++count;
    return count;
  }
  // The last change of each thing among changes from ≤ n < until.
  std::map<std::string, Change> between(std::size_t from, std::size_t until) const {
    std::map<std::string, Change> last;
    for (std::size_t n = from; n < until && n < changes_.size(); ++n)
      last.insert_or_assign(changes_[n].anchor, changes_[n]);
    return last;
  }

 private:
  std::map<std::string, Thing> things_;
  std::vector<Change> changes_;
};

}  // namespace tandem::simulation
