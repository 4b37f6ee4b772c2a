// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "run/server.h"
#include "store/snapshot.h"
#include "sync/object_preview.h"

namespace tandem::run {

// A server to ask "what would happen if": over a private copy of the home's store as of the last
// commit, with the policy in force or another one. It needs no lock, works beside a running cycle
// and changes nothing.
class PreviewServer {
 public:
  static Result<std::unique_ptr<PreviewServer>> open(
      const home::Home& home, std::optional<policy::PolicyDocument> policy = std::nullopt);

  Server& server() { return *server_; }
  // What the next synchronization would make of the object. When the policy does not read its
  // container (any more), that is a deletion; why_gone then says so.
  struct Asked {
    sync::ObjectPreview preview;
    std::string why_gone;  // a sentence without its point; empty: it stays
  };
  Result<Asked> ask(directory::ConnectorObjectId object, bool as_if_deleted);

 private:
  PreviewServer() = default;
  std::unique_ptr<store::Snapshot> snapshot_;  // outlives the copy in server_
  std::unique_ptr<Server> server_;
};

// Why the policy does not read what has this DN; empty when it does.
std::string whyNotRead(const policy::ConnectorPolicy& connector, const std::string& dn);

}  // namespace tandem::run
