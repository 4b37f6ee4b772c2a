// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/options.h"
#include "cli/store_view.h"
#include "cli/table.h"
#include "run/attribute_check_run.h"
#include "sync/attribute_checks.h"

namespace tandem::cli {
namespace {

using checks::Check;
using checks::Finding;
using checks::Severity;
using checks::Suggestion;
using Json = nlohmann::ordered_json;

std::string suggestionText(const Finding& finding) {
  if (finding.suggestion == Suggestion::kEdit) return finding.suggested;
  const std::string_view word = toString(finding.suggestion);
  return word.empty() ? std::string() : fmt::format("({})", word);
}

class CheckAttributesCommand : public Command {
 public:
  std::string_view summary() const override {
    return "What a tenant would refuse or change, and how to repair it";
  }
  std::string_view examples() const override {
    return "  tandem check attributes                    the first findings, and what they mean\n"
           "  tandem check attributes --errors --all     all that the tenant would refuse\n"
           "  tandem check attributes --csv repair.csv   for a spreadsheet, with the suggestions\n"
           "Nothing is written, here or in a directory. Exit code 1 when there are errors.";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", connector_, "Default: every tenant of the policy");
    app.add_flag("--errors", errors_only_, "Leave warnings out");
    app.add_option("--limit", limit_, "Show so many findings")->capture_default_str();
    app.add_flag("--all", all_, "Show every finding");
    app.add_option("--csv", csv_path_, "Write every finding to this file")->type_name("FILE");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    const policy::PolicyDocument policy = TRY(view.home().usablePolicy());
    settings_ = policy.attribute_checks;
    if (!csv_path_.empty()) TRY(openCsv());
    for (const StoreView::Connector& connector : TRY(chosen(view))) {
      if (connector.id) check(view, connector);
    }
    TRY(view.store().database().takeError());
    if (!csv_path_.empty()) TRY(closeCsv(session));
    if (session.json) {
      printJson(session);
    } else {
      printText(session);
    }
    return errors_ == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  Result<std::vector<StoreView::Connector>> chosen(const StoreView& view) const {
    std::vector<StoreView::Connector> tenants;
    for (const StoreView::Connector& connector : view.connectors()) {
      if (connector.kind == "entra") tenants.push_back(connector);
    }
    if (connector_.empty()) return tenants;
    const StoreView::Connector one = TRY(view.connector(connector_));
    if (one.kind == "entra") return std::vector{one};
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} is no tenant: attributes are checked where they are exported to",
                             one.name));
  }

  void check(const StoreView& view, const StoreView::Connector& connector) {
    const run::TenantChecks tenant = run::tenantChecks(view.store(), *connector.id, settings_);
    sync::AttributeChecks checks(view.store(), *connector.id, tenant.checker, tenant.fingerprint);
    checks.scan([&](const sync::CheckedObject& object) {
      bool counts = false;
      for (const Finding& finding : *object.findings) {
        const bool is_error = finding.check->severity == Severity::kError;
        ++(is_error ? errors_ : warnings_);
        if (errors_only_ && !is_error) continue;
        counts = true;
        ++by_check_[finding.check];
        add(view, connector, object, finding);
      }
      objects_ += counts ? 1 : 0;
    });
  }

  void add(const StoreView& view,
           const StoreView::Connector& connector,
           const sync::CheckedObject& object,
           const Finding& finding) {
    ++found_;
    const bool is_shown = all_ || shown_ < limit_;
    if (!is_shown && csv_path_.empty()) return;
    const std::string type = view.typeName(object.type);
    const std::string source = sourceOf(view, object.id);
    const std::string other =
        finding.other.raw() == 0 ? "" : fmt::format("#{}", finding.other.raw());
    if (!csv_path_.empty()) {
      csv_.clear();
      appendCsvRow(csv_,
                   {connector.name,
                    fmt::format("#{}", object.id.raw()),
                    type,
                    source,
                    checks::nameOf(finding.check->attribute),
                    finding.check->id,
                    toString(finding.check->severity),
                    toString(finding.check->fault),
                    finding.check->wrong,
                    finding.value,
                    toString(finding.suggestion),
                    finding.suggested,
                    other});
      csv_file_ << csv_;
    }
    if (!is_shown) return;
    ++shown_;
    list_.push_back({{"connector", connector.name},
                     {"object", object.id.raw()},
                     {"type", type},
                     {"source", source},
                     {"attribute", checks::nameOf(finding.check->attribute)},
                     {"check", finding.check->id},
                     {"severity", toString(finding.check->severity)},
                     {"fault", toString(finding.check->fault)},
                     {"wrong", finding.check->wrong},
                     {"repair", finding.check->repair},
                     {"value", finding.value},
                     {"suggestion", toString(finding.suggestion)},
                     {"suggested", finding.suggested}});
    if (finding.other.raw() != 0) list_.back()["other"] = finding.other.raw();
    table_.add({std::string(toString(finding.check->severity)),
                fmt::format("#{}", object.id.raw()),
                std::string(finding.check->id),
                finding.value.empty() ? "(none)" : finding.value,
                other.empty() ? suggestionText(finding) : "like " + other});
  }

  // The object that people can repair: where it comes from.
  static std::string sourceOf(const StoreView& view, directory::ConnectorObjectId id) {
    store::Metaverse& metaverse = view.store().metaverse();
    const auto link = metaverse.linkOf(id);
    if (!link) return {};
    for (const store::Link& other : metaverse.linksOf(link->mv)) {
      if (other.object == id || other.in_rule.raw() == 0) continue;
      if (const auto row = view.store().space().find(other.object)) return row->dn;
    }
    return {};
  }

  Result<void> openCsv() {
    csv_file_.open(csv_path_, std::ios::binary | std::ios::trunc);
    if (!csv_file_) {
      return Error(ErrorCode::kInvalidArgument,
                   fmt::format("cannot write {}: see whether the folder is there and can be "
                               "written to",
                               csv_path_));
    }
    appendCsvRow(csv_,
                 {"Connector",
                  "Object",
                  "Type",
                  "Source",
                  "Attribute",
                  "Check",
                  "Severity",
                  "Fault",
                  "Wrong",
                  "Value",
                  "Action",
                  "Suggested",
                  "Other"});
    csv_file_ << csv_;
    return {};
  }

  Result<void> closeCsv(const Session& session) {
    csv_file_.close();
    if (!csv_file_) {
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{} is not whole: the disk may be full", csv_path_));
    }
    session.note(fmt::format("{} findings are in {}", formatCount(found_), csv_path_));
    return {};
  }

  void printJson(const Session& session) const {
    session.printJson({{"ok", errors_ == 0},
                       {"errors", errors_},
                       {"warnings", warnings_},
                       {"objects", objects_},
                       {"holdBack", settings_.hold_back},
                       {"total", found_},
                       {"findings", list_}});
  }

  void printText(const Session& session) const {
    if (found_ == 0) {
      session.print(errors_only_ && warnings_ > 0
                        ? fmt::format("No errors, and {} warnings.", formatCount(warnings_))
                        : "Every object that is to be exported is in order.");
      return;
    }
    const std::size_t width = session.width == 0 ? 100 : session.width;
    session.print(table_.render(session.width));
    for (const auto& [check, count] : by_check_) {
      session.print(wrapHanging(fmt::format("{} × ", formatCount(count)),
                                fmt::format("{}: {} {}. {}.",
                                            check->id,
                                            checks::nameOf(check->attribute),
                                            check->wrong,
                                            check->repair),
                                width,
                                "    "));
    }
    session.print(fmt::format("\n{} errors and {} warnings in {} objects.",
                              formatCount(errors_),
                              formatCount(errors_only_ ? 0 : warnings_),
                              formatCount(objects_)));
    if (errors_ > 0) {
      session.print(wrap(settings_.hold_back
                             ? "Objects with an error are held back until it is repaired."
                             : "Nothing is held back: attributeChecks.holdBack of the policy is "
                               "off, so the tenant decides.",
                         width,
                         ""));
    }
    if (static_cast<std::size_t>(found_) > shown_) {
      session.note(fmt::format(
          "{} of {} are shown: --all or --csv FILE has the rest", shown_, formatCount(found_)));
    }
  }

  std::string connector_;
  bool errors_only_ = false;
  bool all_ = false;
  std::size_t limit_ = 50;
  std::string csv_path_;
  policy::AttributeChecks settings_;
  std::ofstream csv_file_;
  std::string csv_;
  std::int64_t errors_ = 0, warnings_ = 0, objects_ = 0, found_ = 0;
  std::size_t shown_ = 0;
  std::map<const Check*, std::int64_t> by_check_;  // in the order of the table
  Json list_ = Json::array();
  Table table_{{{"FINDING", Column::Kind::kText},
                {"OBJECT", Column::Kind::kText},
                {"CHECK", Column::Kind::kText},
                {"VALUE", Column::Kind::kLong},
                {"SUGGESTED", Column::Kind::kLong}}};
};

}  // namespace

std::unique_ptr<Command> makeCheckAttributesCommand() {
  return std::make_unique<CheckAttributesCommand>();
}

}  // namespace tandem::cli
