// SPDX-License-Identifier: Apache-2.0
//
// The tree of a directory's containers, and which of them are read.
#include <algorithm>
#include <optional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/policy_edit.h"
#include "cli/store_view.h"
#include "cli/table.h"
#include "connectors/entry/container_scope.h"
#include "directory/dn.h"
#include "platform/files.h"
#include "run/container_tree.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

Result<const policy::ConnectorPolicy*> connectorOf(const policy::PolicyDocument& document,
                                                   const std::string& name) {
  const policy::ConnectorPolicy* const connector = document.findConnector(name);
  if (connector != nullptr) return connector;
  return Error(ErrorCode::kNotFound, fmt::format("there is no connector \"{}\"", name));
}

// How many imported objects lie below each container: one look at all names, however many
// containers there are.
class ObjectCounts {
 public:
  ObjectCounts(const Session& session,
               const std::string& connector,
               const std::vector<run::Container>& containers) {
    for (const run::Container& container : containers)
      tops_.emplace_back(directory::dnKey(container.dn), 0);
    const Result<StoreView> view = StoreView::open(session);
    if (!view.ok()) return;  // nothing has been imported yet
    const Result<StoreView::Connector> found = view.value().connector(connector);
    if (!found.ok() || !found.value().id) return;
    is_known_ = view.value().store().space().count(*found.value().id) > 0;
    view.value().scan(*found.value().id, [&](const store::ObjectView& object) {
      const bool counts =
          (object.state & (store::ObjectState::kContainer | store::ObjectState::kPlaceholder)) == 0;
      if (counts) count(object.dn);
      return true;
    });
  }
  // none: nothing of it was read, so that 0 would be a lie.
  std::optional<std::int64_t> of(std::size_t index, bool is_included) const {
    const std::int64_t count = tops_[index].second;
    return is_known_ && (is_included || count > 0) ? std::optional(count) : std::nullopt;
  }

 private:
  void count(std::string_view dn) {
    directory::dnKeyInto(dn, key_);
    for (auto& [top, objects] : tops_) {
      if (connectors::entry::isUnderKey(key_, top)) ++objects;
    }
  }

  std::vector<std::pair<std::string, std::int64_t>> tops_;
  bool is_known_ = false;
  std::string key_;
};

class ConnectorContainersCommand : public Command {
 public:
  std::string_view summary() const override {
    return "The containers of a directory, and which are read";
  }
  std::string_view examples() const override {
    return "  tandem connector containers corp.example.com\n"
           "  tandem connector containers corp.example.com --parent "
           "\"OU=Sales,DC=corp,DC=example,DC=com\"\n"
           "The directory is asked, so that what is not read is shown as well.";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", name_, "As the policy names it")->required();
    app.add_option("--parent", parent_, "Those right below this DN; default: the topmost");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const policy::PolicyDocument document = TRY(home.usablePolicy());
    const policy::ConnectorPolicy* const connector = TRY(connectorOf(document, name_));
    const std::vector<run::Container> containers =
        TRY(run::containersBelow(home, *connector, parent_));
    const ObjectCounts counts(session, connector->name, containers);
    Json list = Json::array();
    Table table({{"READ", Column::Kind::kText},
                 {"OBJECTS", Column::Kind::kNumber},
                 {"NAME", Column::Kind::kLong},
                 {"DN", Column::Kind::kLong}});
    for (std::size_t i = 0; i < containers.size(); ++i) {
      const run::Container& container = containers[i];
      const std::optional<std::int64_t> objects = counts.of(i, container.is_included);
      list.push_back({{"dn", container.dn},
                      {"name", container.name},
                      {"objects", objects ? Json(*objects) : Json(nullptr)},
                      {"included", container.is_included},
                      {"rule",
                       !container.is_listed    ? "inherited"
                       : container.is_included ? "include"
                                               : "exclude"}});
      table.add({container.is_included ? "yes" : "no",
                 objects ? formatCount(*objects) : "-",
                 container.name,
                 container.dn});
    }
    if (session.json) {
      session.printJson({{"containers", list}});
    } else {
      session.print(table.isEmpty() ? "There are no containers below it."
                                    : table.render(session.width));
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_, parent_;
};

class ConnectorSelectCommand : public Command {
 public:
  std::string_view summary() const override { return "Choose which containers are read"; }
  std::string_view examples() const override {
    return "  tandem connector select corp.example.com --exclude "
           "\"OU=Service,DC=corp,DC=example\"\n"
           "  tandem connector select corp.example.com --include \"OU=Sales,…\" --exclude "
           "\"OU=Temps,OU=Sales,…\"\n"
           "  tandem connector select corp.example.com            all of it\n"
           "The most specific entry wins. What leaves the scope leaves the cloud with the next\n"
           "cycle, within the deletion threshold: look with 'tandem policy effect' first.";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", name_, "As the policy names it")->required();
    app.add_option("--include", included_, "DN; may be given several times")->take_all();
    app.add_option("--exclude", excluded_, "DN; may be given several times")->take_all();
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const policy::PolicyDocument present = TRY(home.usablePolicy());
    TRY(connectorOf(present, name_));
    const std::string plan = fmt::format("{} will read {}, without {}.\n",
                                         name_,
                                         included_.empty() ? "everything" : join(included_),
                                         excluded_.empty() ? "exception" : join(excluded_));
    if (!TRY(session.confirm(plan))) return ExitCode::kFailed;
    TRY(editPolicy(
        session, home, "connector select", [&](policy::PolicyDocument& document) -> Result<void> {
          for (policy::ConnectorPolicy& connector : document.connectors) {
            if (&connector != document.findConnector(name_)) continue;
            return run::selectContainers(home, connector, included_, excluded_);
          }
          return {};
        }));
    if (session.json) {
      session.printJson({{"connector", name_}, {"include", included_}, {"exclude", excluded_}});
    } else {
      session.print("It is in force from the next import on, which reads everything.");
    }
    return ExitCode::kDone;
  }

 private:
  static std::string join(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& one : list)
      text += (text.empty() ? "" : "; ") + one;
    return text;
  }

  std::string name_;
  std::vector<std::string> included_, excluded_;
};

}  // namespace

std::unique_ptr<Command> makeConnectorContainersCommand() {
  return std::make_unique<ConnectorContainersCommand>();
}
std::unique_ptr<Command> makeConnectorSelectCommand() {
  return std::make_unique<ConnectorSelectCommand>();
}

}  // namespace tandem::cli
