// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/session.h"
#include "directory/ids.h"
#include "home/home.h"
#include "store/store.h"

namespace tandem::cli {

// What reading commands look at: the home and its store, as of the last commit. They need no lock
// and work beside a running cycle.
class StoreView {
 public:
  // kNotFound with what to do when nothing has been imported yet; within the service an empty view.
  static Result<StoreView> open(const Session& session);

  const home::Home& home() const { return home_; }
  store::Store& store() const { return *store_; }
  const store::Names& names() const { return store_->names(); }
  // Of the policy, in its order; without an id while it has never been run.
  struct Connector {
    std::string name;
    std::string kind;
    std::optional<directory::ConnectorId> id;
  };
  const std::vector<Connector>& connectors() const { return connectors_; }
  // Any letter case. The error lists the names there are.
  Result<Connector> connector(std::string_view name) const;

  // Every object of a connector space, until the callback returns false.
  void scan(directory::ConnectorId connector,
            const std::function<bool(const store::ObjectView&)>& take) const;

  std::string typeName(directory::ObjectTypeId type) const;
  const std::string& attributeName(directory::AttributeId attribute) const;

 private:
  StoreView(home::Home home, std::unique_ptr<store::Store> store);
  void listConnectors();

  home::Home home_;
  std::unique_ptr<store::Store> store_;
  std::vector<Connector> connectors_;
};

// The object that a person names: a DN, "#123" or "123" for an id, a GUID (objectGUID), or a value
// of userPrincipalName, mail or sAMAccountName. connector: only in this one. Several hits are an
// error that lists them.
Result<directory::ConnectorObjectId> findObject(const StoreView& view,
                                                const std::string& text,
                                                std::optional<directory::ConnectorId> connector);

}  // namespace tandem::cli
