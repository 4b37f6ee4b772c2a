// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/object_search.h"
#include "cli/object_text.h"
#include "cli/options.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> filterWords() {
  std::vector<std::string> words;
  for (const auto& word : kObjectFilters)
    words.emplace_back(word.text);
  return words;
}

ObjectFilter filterFrom(std::string_view word) {
  for (const auto& known : kObjectFilters) {
    if (known.text == word) return known.value;
  }
  return ObjectFilter::kAll;
}

// Looks at every object: a search by any part of any text needs no index to be kept for it, and a
// million objects take a second or two.
class SearchCommand : public Command {
 public:
  std::string_view summary() const override { return "Find objects by a part of a name or value"; }
  std::string_view examples() const override {
    return "  tandem search lovelace\n"
           "  tandem search lovelace --connector entra\n"
           "  tandem search --attribute department \"Research\" --type user --limit 100\n"
           "  tandem search --filter pending-export --connector entra\n"
           "  tandem search Ada --metaverse";
  }
  void declare(CLI::App& app) override {
    app.add_option("TEXT", search_.text, "Part of the DN or of a text value, any letter case");
    app.add_option("--connector", connector_, "Only in this connector space");
    app.add_option("--attribute", search_.attribute, "Only in this attribute");
    app.add_option("--type", search_.type, "Only objects of this type");
    app.add_option("--filter", filter_, "Only objects in this state")
        ->check(CLI::IsMember(filterWords()))
        ->type_name("STATE");
    app.add_option("--limit", search_.limit, "Stop after so many")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    app.add_option("--after", search_.after, "Go on behind this id: the \"next\" of --json");
    app.add_flag("--metaverse", metaverse_, "Search the metaverse, not the connector spaces");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    search_.filter = filterFrom(filter_);
    const std::optional<std::int64_t> next =
        metaverse_ ? TRY(inMetaverse(view)) : TRY(inSpaces(view));
    if (session.json) {
      session.printJson({{"objects", list_},
                         {"limitReached", next.has_value()},
                         {"next", next ? Json(*next) : Json(nullptr)}});
    } else if (table_.isEmpty()) {
      session.print(search_.text.empty() ? "There is no such object."
                                         : fmt::format("Nothing holds \"{}\".", search_.text));
    } else {
      session.print(table_.render(session.width));
      if (next) session.note("There may be more: add --limit.");
    }
    return ExitCode::kDone;
  }

 private:
  // Without a connector the ids to go on behind are those of all of them, one after the other, so
  // paging is for one connector.
  Result<std::optional<std::int64_t>> inSpaces(const StoreView& view) {
    std::vector<StoreView::Connector> connectors = view.connectors();
    if (!connector_.empty()) connectors = {TRY(view.connector(connector_))};
    const std::size_t limit = search_.limit;
    for (const StoreView::Connector& connector : connectors) {
      if (!connector.id) continue;
      search_.limit = limit - list_.size();
      const auto next =
          TRY(searchSpace(view, *connector.id, search_, [&](const store::ObjectView& object) {
            addObject(view, connector, object);
          }));
      if (next) return next;
    }
    return std::optional<std::int64_t>();
  }

  void addObject(const StoreView& view,
                 const StoreView::Connector& connector,
                 const store::ObjectView& object) {
    const auto pending = view.store().exports().pending(object.id);
    const std::vector<store::ObjectError> errors = view.store().history().errorsOf(object.id);
    list_.push_back(
        {{"id", object.id.raw()},
         {"connector", connector.name},
         {"type", view.typeName(object.type)},
         {"dn", object.dn},
         {"name", nameIn(view, object.image)},
         {"connected", view.store().metaverse().linkOf(object.id).has_value()},
         {"pendingExport", pending ? Json(toLowerAscii(operationWord(*pending))) : Json(nullptr)},
         {"error", errors.empty() ? Json(nullptr) : Json(errors.front().type)}});
    table_.add({fmt::format("#{}", object.id.raw()),
                connector.name,
                view.typeName(object.type),
                nameIn(view, object.image),
                std::string(object.dn)});
  }

  Result<std::optional<std::int64_t>> inMetaverse(const StoreView& view) {
    return searchMetaverse(view, search_, [&](const store::MetaverseRow& row) {
      list_.push_back({{"id", row.id.raw()},
                       {"metaverseId", row.id.raw()},
                       {"type", view.typeName(row.type)},
                       {"name", nameIn(view, row.record)}});
      table_.add({fmt::format("mv#{}", row.id.raw()),
                  "metaverse",
                  view.typeName(row.type),
                  nameIn(view, row.record),
                  ""});
    });
  }

  ObjectSearch search_;
  std::string connector_, filter_ = "all";
  bool metaverse_ = false;
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
