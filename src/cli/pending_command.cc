// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/options.h"
#include "cli/pending_files.h"
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
           "  tandem pending entra --csexport here.xml   for compare, here or elsewhere\n"
           "It works in staging too: there it shows what this server would write if it were "
           "active.";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", connector_, "Default: all");
    app.add_flag("--adds", adds_, "Only objects to be added");
    app.add_flag("--updates", updates_, "Only objects to be changed");
    app.add_flag("--deletes", deletes_, "Only objects to be deleted");
    app.add_flag("--details", details_, "Old and new value of each attribute");
    app.add_option("--csexport", files_.xml_path, "Write all of it in the XML of csexport")
        ->type_name("FILE");
    app.add_option("--csv", files_.csv_path, "Write all of it in the CSV of CSExportAnalyzer")
        ->type_name("FILE");
    app.add_option("--limit", limit_, "Stop after so many objects")->capture_default_str();
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    std::vector<StoreView::Connector> connectors = view.connectors();
    if (!connector_.empty()) connectors = {TRY(view.connector(connector_))};
    openEngine(view);
    if (!files_.isEmpty()) return writeFiles(session, connectors);
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
    if (held_back_ > 0) {
      session.note(
          fmt::format("{} of these are held back: 'tandem check attributes' says what to repair",
                      formatCount(held_back_)));
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
    holds_back_ = server_->policy().attribute_checks.hold_back;
    Result<sync::Engine> engine = server_->engine();
    if (!engine.ok()) return;
    engine_ = std::move(engine).value();
    engine_.store = &view.store();  // the same store through the same snapshot as the rest
  }

  Result<ExitCode> writeFiles(const Session& session,
                              const std::vector<StoreView::Connector>& connectors) const {
    std::vector<directory::ConnectorId> ids;
    for (const StoreView::Connector& connector : connectors) {
      if (connector.id) ids.push_back(*connector.id);
    }
    const std::int64_t count = TRY(writePendingFiles(engine_, ids, files_));
    if (session.json) {
      session.printJson(
          {{"objects", count}, {"csexport", files_.xml_path}, {"csv", files_.csv_path}});
    } else {
      session.print(fmt::format("{} pending exports are in {}{}{}.",
                                formatCount(count),
                                files_.xml_path,
                                files_.xml_path.empty() || files_.csv_path.empty() ? "" : " and ",
                                files_.csv_path));
    }
    return ExitCode::kDone;
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
    const bool held = holds_back_ && pending.operation != PendingOperation::kDelete &&
                      view.store().checks().hasError(row->id);
    held_back_ += held ? 1 : 0;
    list_.push_back({{"connector", connector.name},
                     {"operation", operationWord(pending.operation)},
                     {"object", row->id.raw()},
                     {"type", view.typeName(row->type)},
                     {"name", name},
                     {"dn", row->dn},
                     {"heldBack", held},
                     {"changes", json_changes}});
    table_.add({std::string(operationWord(pending.operation)) + (held ? " (held back)" : ""),
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
  PendingFiles files_;
  std::unique_ptr<run::Server> server_;
  sync::Engine engine_;
  Json list_ = Json::array();
  std::string text_;
  std::int64_t total_ = 0;
  bool holds_back_ = false;
  std::int64_t held_back_ = 0;
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
