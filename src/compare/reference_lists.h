// SPDX-License-Identifier: Apache-2.0
//
// References of objects that have very many. One member of 250,000 that differs must be named
// without sending the others: each side sums the identities of its references in buckets, and only
// the buckets that differ are listed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compare/server_snapshot.h"

namespace tandem::compare {

constexpr std::uint32_t kReferenceBuckets = 4096;

struct NamedReference {
  std::uint64_t identity =
      0;  // the same on every server; a removal has another one than an addition
  std::string name;
  friend auto operator<=>(const NamedReference&, const NamedReference&) = default;
};

// The references of one attribute of the first object with that key: as imported, or of a pending
// export. Other spaces have none.
class ReferenceList {
 public:
  ReferenceList(ServerSnapshot& snapshot,
                Space& space,
                std::uint64_t key,
                std::string_view attribute);

  std::vector<std::uint64_t> sums() const;  // kReferenceBuckets of them
  // Of these buckets; at most many.
  std::vector<NamedReference> in(const std::vector<std::uint32_t>& buckets, std::size_t many) const;

  // Identity of a reference with its sign: "+ ", "- " or nothing.
  static std::uint64_t identityOf(std::string_view sign, std::uint64_t target);
  static std::string nameOf(ServerSnapshot& snapshot,
                            ConnectorObjectId target,
                            std::string_view sign);

 private:
  struct One {
    std::uint64_t identity = 0;
    ConnectorObjectId target;
    std::string_view sign;
  };

  ServerSnapshot& snapshot_;
  std::vector<One> all_;
};

}  // namespace tandem::compare
