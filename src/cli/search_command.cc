// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/options.h"
#include "cli/store_view.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

// Looks at every object: a search by any part of any text needs no index to be kept for it, and a
// million objects take a second or two.
class SearchCommand : public Command {
 public:
  std::string_view summary() const override { return "Find objects by a part of a name or value"; }
  std::string_view examples() const override {
    return "  tandem search lovelace\n"
           "  tandem search lovelace --connector entra\n"
           "  tandem search --attribute department \"Research\" --type user --limit 100\n"
           "  tandem search Ada --metaverse";
  }
  void declare(CLI::App& app) override {
    app.add_option("TEXT", text_, "Part of the DN or of a text value, any letter case")->required();
    app.add_option("--connector", connector_, "Only in this connector space");
    app.add_option("--attribute", attribute_, "Only in this attribute");
    app.add_option("--type", type_, "Only objects of this type");
    app.add_option("--limit", limit_, "Stop after so many")->capture_default_str();
    app.add_flag("--metaverse", metaverse_, "Search the metaverse, not the connector spaces");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    folded_ = foldCase(text_);
    if (!attribute_.empty()) {
      only_ = view.store().names().attributes().find(attribute_);
      if (!only_) {
        return Error(ErrorCode::kNotFound,
                     fmt::format("no object has an attribute \"{}\"", attribute_));
      }
    }
    if (metaverse_) {
      searchMetaverse(view);
    } else {
      TRY(searchSpaces(view));
    }
    if (session.json) {
      session.printJson({{"objects", list_}, {"limitReached", list_.size() >= limit_}});
    } else if (table_.isEmpty()) {
      session.print(fmt::format("Nothing holds \"{}\".", text_));
    } else {
      session.print(table_.render(session.width));
      if (list_.size() >= limit_) session.note("There may be more: add --limit.");
    }
    return ExitCode::kDone;
  }

 private:
  bool matchesRecord(std::string_view record) {
    directory::RecordReader reader(record);
    while (const auto attribute = reader.next()) {
      if (only_ && *only_ != attribute->id) continue;
      if (attribute->values.type() != directory::ValueType::kString) continue;
      for (const std::string_view value : attribute->values) {
        foldCaseInto(value, buffer_);
        if (buffer_.find(folded_) != std::string::npos) return true;
      }
    }
    return false;
  }

  bool matchesDn(std::string_view dn) {
    if (only_) return false;
    foldCaseInto(dn, buffer_);
    return buffer_.find(folded_) != std::string::npos;
  }

  Result<void> searchSpaces(const StoreView& view) {
    std::vector<StoreView::Connector> connectors = view.connectors();
    if (!connector_.empty()) connectors = {TRY(view.connector(connector_))};
    for (const StoreView::Connector& connector : connectors) {
      if (!connector.id) continue;
      view.scan(*connector.id, [&](const store::ObjectView& object) {
        const bool of_type =
            type_.empty() || equalsIgnoreCaseAscii(view.typeName(object.type), type_);
        const bool hit = of_type && (matchesDn(object.dn) || matchesRecord(object.image));
        if (hit) addObject(view, connector, object);
        return list_.size() < limit_;
      });
    }
    return {};
  }

  void addObject(const StoreView& view,
                 const StoreView::Connector& connector,
                 const store::ObjectView& object) {
    list_.push_back({{"id", object.id.raw()},
                     {"connector", connector.name},
                     {"type", view.typeName(object.type)},
                     {"dn", object.dn},
                     {"name", nameIn(view, object.image)}});
    table_.add({fmt::format("#{}", object.id.raw()),
                connector.name,
                view.typeName(object.type),
                nameIn(view, object.image),
                std::string(object.dn)});
  }

  void searchMetaverse(const StoreView& view) {
    view.store().metaverse().scan(
        directory::MetaverseObjectId(), [&](const store::MetaverseRow& row) {
          const bool of_type =
              type_.empty() || equalsIgnoreCaseAscii(view.typeName(row.type), type_);
          if (of_type && matchesRecord(row.record)) {
            list_.push_back({{"metaverseId", row.id.raw()},
                             {"type", view.typeName(row.type)},
                             {"name", nameIn(view, row.record)}});
            table_.add({fmt::format("mv#{}", row.id.raw()),
                        "metaverse",
                        view.typeName(row.type),
                        nameIn(view, row.record),
                        ""});
          }
          return list_.size() < limit_;
        });
  }

  static std::string nameIn(const StoreView& view, std::string_view record) {
    for (const char* name : {"displayName", "cn", "userPrincipalName"}) {
      const auto id = view.store().names().attributes().find(name);
      const auto values = id ? directory::findAttribute(record, *id) : std::nullopt;
      if (values && !values->isEmpty()) return valuesText(name, *values, 1);
    }
    return {};
  }

  std::string text_, connector_, attribute_, type_, folded_, buffer_;
  std::size_t limit_ = 50;
  bool metaverse_ = false;
  std::optional<directory::AttributeId> only_;
  Json list_ = Json::array();
  Table table_{{{"ID", Column::Kind::kNumber},
                {"CONNECTOR", Column::Kind::kLong},
                {"TYPE", Column::Kind::kText},
                {"NAME", Column::Kind::kLong},
                {"DN", Column::Kind::kLong}}};
};

}  // namespace

std::unique_ptr<Command> makeSearchCommand() {
  return std::make_unique<SearchCommand>();
}

}  // namespace tandem::cli
