// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "compare/exchange.h"

namespace tandem::compare {

// What a server is to whoever compares it. Both may take long.
struct ServerAccess {
  std::function<Result<OpenedServer>()> open;  // as of now
  std::function<Result<void>()> refresh;  // delta import and synchronization; empty: not offered
};

// The answering side, for one asking side and one thread at a time. It holds a snapshot, and with
// it a read transaction on the store, from one hello to the next or to its end: throw it away when
// the asking side is gone, or the store's log cannot shrink.
class Answerer {
 public:
  explicit Answerer(ServerAccess access) : access_(std::move(access)) {}

  // Of any bytes whatsoever.
  Result<std::string> answer(std::string_view request);

 private:
  Result<std::string> hello();
  Result<std::string> nodes(std::string_view request);
  Result<std::string> leaves(std::string_view request);
  Result<std::string> objects(std::string_view request);
  Result<std::string> references(std::string_view request);
  Result<std::string> refresh();
  Result<Space*> spaceOf(std::uint64_t session, std::uint32_t space);

  ServerAccess access_;
  std::unique_ptr<ServerSnapshot> snapshot_;
  std::uint64_t session_ = 0;
};

HelloAnswer summaryOf(ServerSnapshot& snapshot);
std::vector<ObjectDetail> detailsOf(ServerSnapshot& snapshot, Space& space, std::uint64_t key);

}  // namespace tandem::compare
