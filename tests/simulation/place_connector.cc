// SPDX-License-Identifier: Apache-2.0
#include "place_connector.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::simulation {

using connectors::ExportGrant;
using connectors::ExportItem;
using connectors::ExportOperation;
using connectors::ExportOutcome;
using connectors::ImportItem;
using connectors::ImportKind;
using directory::ValueType;

namespace {

// How old a change of the tenant is at most that an import does not show yet.
constexpr std::int64_t kLagMaxMs = 10'000;

Error noAnswer() {
  return Error(ErrorCode::kUnavailable, "no answer");
}

class AliasesWithoutBraces final : public connectors::StoredValues {
 public:
  explicit AliasesWithoutBraces(directory::AttributeId alias) : alias_(alias) {}
  bool show(const connectors::StoredQuestion& question) const override {
    const auto wanted = directory::findAttribute(question.wanted, alias_);
    const auto before = directory::findAttribute(question.before, alias_);
    const auto now = directory::findAttribute(question.now, alias_);
    if (question.attribute != alias_ || !wanted || wanted->isEmpty() || !now) return false;
    const bool is_news = !before || !(*before == *now);
    return is_news && withoutBraces(wanted->front()) == now->front();
  }

 private:
  directory::AttributeId alias_;
};

class PlaceConnector final : public connectors::Connector {
 public:
  explicit PlaceConnector(ConnectorParts parts) : parts_(std::move(parts)) {}

  // On the server's own thread, in front of each import: what the reading thread is to find.
  Result<std::vector<std::string>> partitions() override {
    World& world = *parts_.world;
    if (!world.point(*parts_.machine, isTenant() ? "imports the tenant" : "imports the directory"))
      return noAnswer();
    if (!world.is_calm && world.dice.chance(world.faults.refused_import)) {
      world.say(fmt::format("{}: an import fails", parts_.machine->name()));
      return noAnswer();
    }
    const bool lags = isTenant() && !world.is_calm && world.dice.chance(world.faults.lag);
    visible_ = parts_.place->seenAt(world.now -
                                    (lags ? world.dice.between(0, kLagMaxMs) : milliseconds(0)));
    if (parts_.imported) parts_.imported();
    return std::vector<std::string>{""};
  }

  Result<directory::Schema> schema() override {
    directory::Schema schema;
    for (const char* name : {"displayName", "title", isTenant() ? "sourceAnchor" : "employeeID"})
      schema.define(attribute(name), ValueType::kString, false);
    schema.define(attribute(isTenant() ? "alias" : "mailNickname"), ValueType::kString, false);
    schema.define(attribute("member"), ValueType::kReference, true);
    if (isTenant()) schema.define(attribute("cloudAnchor"), ValueType::kString, false);
    return schema;
  }
  Result<std::vector<std::pair<std::string, std::string>>> parameters() override {
    return std::vector<std::pair<std::string, std::string>>{};
  }
  bool canDeltaImport() const override { return true; }
  bool canExport() const override { return isTenant(); }
  // The tenant drops braces from aliases.
  std::optional<std::vector<connectors::AttributeTraits>> exportTraits(
      directory::ObjectTypeId) const override {
    std::vector<connectors::AttributeTraits> all;
    for (const char* name : {"displayName", "title", "sourceAnchor", "member", "alias"}) {
      connectors::AttributeTraits one;
      one.attribute = attribute(name);
      if (std::string_view(name) == "alias")
        one.comparison = connectors::Comparison::kServiceDecides;
      all.push_back(one);
    }
    return all;
  }
  std::shared_ptr<const connectors::StoredValues> storedValues(const Parameters&) const override {
    return std::make_shared<AliasesWithoutBraces>(attribute("alias"));
  }

  Result<connectors::ImportOutcome> import(const connectors::ImportRequest& request,
                                           connectors::ImportSink& sink) override {
    const std::size_t from =
        request.full
            ? 0
            : static_cast<std::size_t>(parseInteger(request.from.value_or("0")).value_or(0));
    const std::size_t until = std::max(from, visible_);
    std::vector<ImportItem> items;
    const auto changes = parts_.place->between(from, until);
    for (const char* type : {"user", "group"}) {
      for (const auto& [anchor, change] : changes) {
        if (change.thing && change.thing->type == type) items.push_back(itemOf(*change.thing));
      }
    }
    for (const auto& [anchor, change] : changes) {
      if (change.thing || request.full) continue;
      ImportItem gone;
      gone.kind = ImportKind::kDelete;
      gone.anchor = anchor;
      items.push_back(std::move(gone));
    }
    if (!items.empty()) TRY(sink.take(items, std::nullopt));
    connectors::ImportOutcome outcome;
    outcome.complete = true;
    outcome.was_full = request.full;
    outcome.watermark = std::to_string(until);
    return outcome;
  }

  Result<void> exportBatch(const ExportGrant& grant,
                           std::span<const ExportItem> items,
                           connectors::ExportSink& sink) override {
    bool is_first = true;
    for (const ExportItem& item : items) {
      if (!parts_.world->point(*parts_.machine, "is about to write")) return noAnswer();
      if (!grant.isValid()) {
        return Error(ErrorCode::kUnavailable, "the right to write has run out");
      }
      if (parts_.machine->isDead()) return noAnswer();
      if (std::exchange(is_first, false)) {
        parts_.tenant->checkSender(parts_.machine->name(), grant.epoch(), parts_.state());
      }
      TRY(send(grant, item, sink));
    }
    return {};
  }
  connectors::ExportPlan planExport(std::span<const ExportItem>) const override { return {}; }
  std::size_t exportBatchSize() const override { return 4; }
  std::vector<connectors::TestFinding> testConnection() override { return {}; }

 private:
  bool isTenant() const { return parts_.tenant != nullptr; }
  directory::AttributeId attribute(std::string_view name) const {
    return parts_.names->attributes().intern(name);
  }

  ImportItem itemOf(const Thing& thing) const {
    ImportItem item;
    item.type = directory::ObjectTypeId(parts_.names->objectTypes().intern(thing.type));
    item.anchor = thing.anchor;
    item.dn = isTenant() ? fmt::format("CN={{{}}}", thing.source)
                         : fmt::format("CN={},DC=sim", thing.source);
    directory::RecordBuilder image;
    for (const auto& [name, value] : thing.values)
      image.addString(attribute(name), value);
    if (isTenant()) image.addString(attribute("cloudAnchor"), thing.anchor);
    item.image = image.finish();
    for (const std::string& member : thing.members)
      item.references.push_back(
          {attribute("member"), connectors::ReferenceChange::kAdd, {}, member});
    return item;
  }

  Write writeOf(const ExportGrant& grant, const ExportItem& item) const {
    Write write;
    write.server = parts_.machine->name();
    write.epoch = grant.epoch();
    write.is_unaware = parts_.machine->is_unaware;
    write.operation = item.operation;
    write.type = parts_.names->objectTypes().name(static_cast<std::uint32_t>(item.type.raw()));
    write.anchor = item.anchor;
    directory::RecordReader reader(item.image);
    while (const auto value = reader.next()) {
      auto& slot = write.values[std::string(parts_.names->attributes().name(value->id))];
      if (!value->values.isEmpty()) slot = std::string(value->values.front());
    }
    // What an add without an answer may have made: looked for, as the Graph connector does.
    if (item.operation == ExportOperation::kDelete && item.anchor.empty()) {
      const std::string_view source = std::string_view(item.dn).substr(4);  // behind "CN={"
      const Thing* there =
          parts_.place->findBySource(std::string(source.substr(0, source.size() - 1)));
      if (there != nullptr) write.anchor = there->anchor;
    }
    for (const connectors::ExportedReference& reference : item.references)
      write.members.emplace_back(reference.target_anchor, reference.add);
    return write;
  }

  // A request is lost, or arrives and its answer is lost, or arrives when nobody waits any more, or
  // all is well. What its server hears of the first three is the same.
  Result<void> send(const ExportGrant& grant,
                    const ExportItem& item,
                    connectors::ExportSink& sink) {
    World& world = *parts_.world;
    const Write write = writeOf(grant, item);
    parts_.tenant->sent(write);
    if (!world.is_calm && world.dice.chance(world.faults.cut)) return unanswered(item, sink);
    if (!world.is_calm && world.dice.chance(world.faults.late)) {
      const milliseconds delay = world.dice.between(100, kLeaseLength.count() / 2 - 100);
      world.say(fmt::format("{} is under way for {} ms", describe(write), delay.count()));
      world.at(delay, [tenant = parts_.tenant, write] { tenant->arrive(write); });
      return unanswered(item, sink);
    }
    world.advance(world.dice.between(5, 200));
    const Answer answer = parts_.tenant->arrive(write);
    if (!world.is_calm && world.dice.chance(world.faults.lost_answer))
      return unanswered(item, sink);
    if (!world.point(*parts_.machine, "hears of a write")) return noAnswer();
    parts_.machine->is_unaware = false;
    if (world.broken != Broken::kLease) grant.sawTime(world.unixSeconds());
    ExportOutcome outcome;
    outcome.id = item.id;
    outcome.success = answer.ok;
    outcome.anchor = answer.anchor;
    if (!answer.ok) outcome.error_type = answer.error;
    return sink.answered(std::move(outcome));
  }

  // A connector gives the whole batch up, or this item.
  Result<void> unanswered(const ExportItem& item, connectors::ExportSink& sink) {
    World& world = *parts_.world;
    world.say(fmt::format("{} hears nothing of a write", parts_.machine->name()));
    if (!world.point(*parts_.machine, "waits for an answer") || world.dice.chance(0.5))
      return noAnswer();
    ExportOutcome outcome;
    outcome.id = item.id;
    outcome.references_done = item.references.empty();
    outcome.error_type = "no-answer";
    outcome.is_retryable = true;
    outcome.may_be_under_way = true;
    return sink.answered(std::move(outcome));
  }

  ConnectorParts parts_;
  std::size_t visible_ = 0;
};

}  // namespace

std::unique_ptr<connectors::Connector> makePlaceConnector(ConnectorParts parts) {
  return std::make_unique<PlaceConnector>(std::move(parts));
}

}  // namespace tandem::simulation
