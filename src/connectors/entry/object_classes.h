// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/ids.h"

namespace tandem::connectors::entry {

// Which object type an entry is: its most specific class that is known here. A class that an
// organisation derived from `user` makes a user; a group managed service account, although derived
// from `computer`, is neither.
class ObjectClasses {
 public:
  struct Kind {
    directory::ObjectTypeId type;  // 0 when no class of the entry is known
    bool is_container = false;
    bool is_selected = false;  // wanted, or a container
    int rank = -1;             // of the class found so far
  };

  // selected: type names; names unknown to us are classes of the organisation's own.
  // Interns the type names, so make it where the engine's tables may grow.
  ObjectClasses(const std::vector<std::string>& selected, directory::NameTable& types);

  // Called with each value of objectClass in any order.
  void consider(std::string_view object_class, Kind& kind) const;
  // For filters of searches: the selected classes and those of containers.
  const std::vector<std::string>& searched() const { return searched_; }
  const std::vector<std::string>& containers() const { return containers_; }

 private:
  struct Entry {
    std::string name;  // lower case
    Kind kind;
  };
  std::vector<Entry> entries_;
  std::vector<std::string> searched_;
  std::vector<std::string> containers_;
};

}  // namespace tandem::connectors::entry
