// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/options.h"
#include "cli/store_view.h"
#include "cli/table.h"
#include "directory/record.h"
#include "run/server.h"
#include "sync/target_object.h"

namespace tandem::cli {
namespace {

using directory::AttributeView;
using Json = nlohmann::ordered_json;
using store::PendingOperation;

constexpr std::size_t kPage = 500;
constexpr std::size_t kShownValues = 3;

struct Change {  // one attribute of one pending export
  std::string attribute;
  std::string before;
  std::string after;
};

class PendingCommand : public Command {
 public:
  std::string_view summary() const override { return "What the next export would write"; }
  std::string_view examples() const override {
    return "  tandem pending                       every connector\n"
           "  tandem pending entra --deletes       look before you raise the threshold\n"
           "  tandem pending entra --details       each attribute, old and new\n"
           "  tandem pending --json > pending.json\n"
           "It works in staging too: there it shows what this server would write if it were "
           "active.";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", connector_, "Default: all");
    app.add_flag("--adds", adds_, "Only objects to be added");
    app.add_flag("--updates", updates_, "Only objects to be changed");
    app.add_flag("--deletes", deletes_, "Only objects to be deleted");
    app.add_flag("--details", details_, "Old and new value of each attribute");
    app.add_option("--limit", limit_, "Stop after so many objects")->capture_default_str();
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    std::vector<StoreView::Connector> connectors = view.connectors();
    if (!connector_.empty()) connectors = {TRY(view.connector(connector_))};
    openEngine(view);
    for (const StoreView::Connector& connector : connectors) {
      if (connector.id) listConnector(view, connector);
    }
    if (session.json) {
      session.printJson({{"pendingExports", list_}, {"total", total_}});
      return ExitCode::kDone;
    }
    if (total_ == 0) {
      session.print("Nothing is pending: the connected directories are as the rules want them.");
    } else if (details_) {
      session.print(text_);
    } else {
      session.print(table_.render(session.width));
    }
    if (static_cast<std::size_t>(total_) > list_.size()) {
      session.note(
          fmt::format("{} of {} are shown: add --limit, or choose with --adds, --updates or "
                      "--deletes.",
                      list_.size(),
                      formatCount(total_)));
    }
    return ExitCode::kDone;
  }

 private:
  // With the connectors' knowledge of what can be written; without it (they have never been
  // reached) every difference counts.
  void openEngine(const StoreView& view) {
    engine_.store = &view.store();
    Result<std::unique_ptr<run::Server>> server = run::Server::openReader(view.home());
    if (!server.ok()) return;
    server_ = std::move(server).value();
    Result<sync::Engine> engine = server_->engine();
    if (!engine.ok()) return;
    engine_ = std::move(engine).value();
    engine_.store = &view.store();  // the same store through the same snapshot as the rest
  }

  bool isChosen(PendingOperation operation) const {
    if (!adds_ && !updates_ && !deletes_) return true;
    return (operation == PendingOperation::kAdd && adds_) ||
           (operation == PendingOperation::kUpdate && updates_) ||
           (operation == PendingOperation::kDelete && deletes_);
  }

  void listConnector(const StoreView& view, const StoreView::Connector& connector) {
    const store::PendingExportCounts counts = view.store().exports().countPending(*connector.id);
    const std::pair<PendingOperation, std::int64_t> operations[] = {
        {PendingOperation::kDelete, counts.deletes},
        {PendingOperation::kAdd, counts.adds},
        {PendingOperation::kUpdate, counts.updates}};
    for (const auto& [operation, count] : operations) {
      if (!isChosen(operation)) continue;
      total_ += count;
      listOperation(view, connector, operation);
    }
  }

  void listOperation(const StoreView& view,
                     const StoreView::Connector& connector,
                     PendingOperation operation) {
    directory::ConnectorObjectId after;
    while (list_.size() < limit_) {
      const auto page = view.store().exports().listPending(
          *connector.id, operation, after, std::min(kPage, limit_ - list_.size()));
      if (page.empty()) return;
      for (const store::PendingExportRow& row : page)
        addObject(view, connector, row);
      after = page.back().id;
    }
  }

  void addObject(const StoreView& view,
                 const StoreView::Connector& connector,
                 const store::PendingExportRow& pending) {
    const auto row = view.store().space().find(pending.id);
    if (!row) return;
    const std::vector<Change> changes = changesOf(view, *row, pending.operation);
    Json json_changes = Json::array();
    std::string names;
    for (const Change& change : changes) {
      json_changes.push_back(
          {{"attribute", change.attribute}, {"before", change.before}, {"after", change.after}});
      names += (names.empty() ? "" : ", ") + change.attribute;
    }
    const std::string name = nameOf(view, *row);
    list_.push_back({{"connector", connector.name},
                     {"operation", operationWord(pending.operation)},
                     {"object", row->id.raw()},
                     {"type", view.typeName(row->type)},
                     {"name", name},
                     {"dn", row->dn},
                     {"changes", json_changes}});
    table_.add({std::string(operationWord(pending.operation)),
                fmt::format("#{}", row->id.raw()),
                view.typeName(row->type),
                name,
                pending.operation == PendingOperation::kUpdate ? names : ""});
    if (details_) addDetails(view, connector, *row, pending.operation, name, changes);
  }

  void addDetails(const StoreView& view,
                  const StoreView::Connector& connector,
                  const store::ObjectRow& row,
                  PendingOperation operation,
                  const std::string& name,
                  const std::vector<Change>& changes) {
    text_ += fmt::format("{} {} {} (#{}, {})\n",
                         operationWord(operation),
                         view.typeName(row.type),
                         name,
                         row.id.raw(),
                         connector.name);
    for (const Change& change : changes) {
      text_ += fmt::format("  {}: {} → {}\n",
                           change.attribute,
                           change.before.empty() ? "(none)" : change.before,
                           change.after.empty() ? "(none)" : change.after);
    }
  }

  std::vector<Change> changesOf(const StoreView& view,
                                const store::ObjectRow& row,
                                PendingOperation operation) {
    std::vector<Change> changes;
    if (operation == PendingOperation::kDelete) return changes;
    sync::TargetObjects targets(engine_);
    const bool add = operation == PendingOperation::kAdd;
    const std::string known = add ? std::string() : targets.knownImage(row);
    const std::string delta = add ? targets.imageToAdd(row) : targets.pendingDelta(row);
    directory::RecordReader reader(delta);
    while (const std::optional<AttributeView> attribute = reader.next()) {
      const std::string& name = view.attributeName(attribute->id);
      const auto before = directory::findAttribute(known, attribute->id);
      changes.push_back({name,
                         before ? valuesText(name, *before, kShownValues) : "",
                         valuesText(name, attribute->values, kShownValues)});
    }
    addReferenceChanges(view, row, changes);
    return changes;
  }

  static void addReferenceChanges(const StoreView& view,
                                  const store::ObjectRow& row,
                                  std::vector<Change>& changes) {
    for (const store::ExportReferenceRow& reference : view.store().exports().references(row.id)) {
      if (reference.sent) continue;
      const auto target = view.store().space().find(reference.target);
      const std::string name = target ? nameOf(view, *target) : "?";
      const std::string& attribute = view.attributeName(reference.attribute);
      changes.push_back(reference.added ? Change{attribute, "", name}
                                        : Change{attribute, name, ""});
    }
  }

  // The tenant's DNs say nothing to people; names do. A new object has only its wanted image.
  static std::string nameOf(const StoreView& view, const store::ObjectRow& row) {
    const auto wanted = view.store().exports().wanted(row.id);
    for (const char* name : {"userPrincipalName", "displayName", "mail", "cn"}) {
      const auto id = view.store().names().attributes().find(name);
      if (!id) continue;
      for (const std::string_view record :
           {wanted ? std::string_view(wanted->image) : std::string_view(),
            std::string_view(row.image)}) {
        const auto values = directory::findAttribute(record, *id);
        if (values && !values->isEmpty()) return valuesText(name, *values, 1);
      }
    }
    return row.dn;
  }

  std::string connector_;
  bool adds_ = false, updates_ = false, deletes_ = false, details_ = false;
  std::size_t limit_ = 100;
  std::unique_ptr<run::Server> server_;
  sync::Engine engine_;
  Json list_ = Json::array();
  std::string text_;
  std::int64_t total_ = 0;
  Table table_{{{"CHANGE", Column::Kind::kText},
                {"OBJECT", Column::Kind::kText},
                {"TYPE", Column::Kind::kText},
                {"NAME", Column::Kind::kLong},
                {"ATTRIBUTES", Column::Kind::kLong}}};
};

}  // namespace

std::unique_ptr<Command> makePendingCommand() {
  return std::make_unique<PendingCommand>();
}

}  // namespace tandem::cli
