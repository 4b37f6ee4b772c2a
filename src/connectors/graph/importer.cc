// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/importer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/graph/graph_failure.h"

namespace tandem::connectors::graph {
namespace {

constexpr int kEmptyPagesMax = 1000;  // a chain of links that leads nowhere ends here

bool isExpired(const platform::HttpResponse& response) {
  if (response.status == 410) return true;
  if (response.status < 400 || response.status >= 500) return false;
  const std::string code = toLowerAscii(parseFailure(response.status, response.body).code);
  return code == "syncstatenotfound" || code == "syncstateinvalid" || code == "resyncrequired" ||
         code == "directory_expiredpagetoken";
}

}  // namespace

Importer::Importer(GraphSession& session,
                   const AttributeMap& map,
                   ConcurrencyWindow& window,
                   const ImportRequest& request,
                   ImportSink& sink)
    : session_(session),
      map_(map),
      request_(request),
      sink_(sink),
      cancelled_([&sink] { return sink.isCancelled(); }),
      wanted_(request.attributes),
      fetch_(session, map, window) {
  if (wanted_.empty()) {
    for (const AttributeRow& row : attributeRows())
      wanted_.push_back(map.idOf(row));
  }
  for (std::size_t k = 0; k < kKinds; ++k) {
    readers_.push_back(std::make_unique<ObjectReader>(map, static_cast<Kind>(k), wanted_));
  }
}

std::vector<Kind> Importer::kinds() const {
  if (map_.profile() == GraphProfile::kSync) return {Kind::kUser, Kind::kContact, Kind::kGroup};
  return {Kind::kUser, Kind::kGroup};
}

bool Importer::wants(AttributeId attribute) const {
  return std::find(wanted_.begin(), wanted_.end(), attribute) != wanted_.end();
}

bool Importer::isKnown(std::string_view anchor) const {
  return request_.known != nullptr && request_.known->dnOf(anchor).has_value();
}

std::string Importer::query(Kind kind) const {
  const bool with_manager = kind == Kind::kUser && wants(map_.manager);
  return fmt::format("$select={}{}",
                     map_.select(kind, wanted_),
                     with_manager ? "&$expand=manager($select=id)" : "");
}

std::string Importer::deltaQuery(Kind kind) const {
  std::string text = fmt::format("$select={}", map_.select(kind, wanted_));
  if (kind == Kind::kUser && wants(map_.manager)) text += ",manager";
  if (kind == Kind::kGroup && wants(map_.member)) text += ",members";
  return text;
}

// Delta links belong to one tenant's address and one $select; another of either needs a fresh
// start.
std::string Importer::selection() const {
  std::string text = session_.settings().base_url + ";";
  for (const Kind kind : kinds())
    text += fmt::format("{}?{};", collectionName(kind), deltaQuery(kind));
  return text;
}

Result<ImportOutcome> Importer::run() {
  ImportOutcome outcome;
  if (!request_.full) {
    const std::optional<std::string> reason = TRY(readChanges(outcome));
    if (reason) {
      outcome.full_import_reason = *reason;
      sink_.becomesFull(*reason);
    }
  }
  if (request_.full || !outcome.full_import_reason.empty()) TRY(readEverything(outcome));
  outcome.complete = true;
  if (quarantined_ > 0) {
    outcome.warnings.push_back(
        fmt::format("{} objects have values that the tenant keeps back, because another object has "
                    "them; 'show' names them",
                    quarantined_));
  }
  return outcome;
}

// ---------------------------------------------------------------- everything

Result<void> Importer::readEverything(ImportOutcome& outcome) {
  GraphWatermark watermark;
  watermark.selection = selection();
  for (const Kind kind : kinds()) {
    watermark.delta_links[static_cast<std::size_t>(kind)] = TRY(latestDeltaLink(kind));
  }
  expectCounts();
  for (const Kind kind : kinds())
    TRY(readAll(kind));
  TRY(flush());
  outcome.was_full = true;
  outcome.watermark = watermark.toText();
  return {};
}

Result<std::string> Importer::latestDeltaLink(Kind kind) {
  std::string link =
      fmt::format("/{}/delta?{}&$deltatoken=latest", collectionName(kind), deltaQuery(kind));
  for (int pages = 0; pages < kEmptyPagesMax; ++pages) {
    const std::string doing = fmt::format("asking where changes of {} begin", collectionName(kind));
    const std::string body = TRY(session_.getBody(link, doing, cancelled_));
    TRY_DOING(page_.parse(body), doing);
    if (!page_.deltaLink().empty()) return page_.deltaLink();
    if (page_.nextLink().empty()) break;
    link = page_.nextLink();
  }
  return Error(ErrorCode::kCorruption,
               fmt::format("the tenant gives no delta link for {}", collectionName(kind)));
}

// For progress alone: without it the import works as well.
void Importer::expectCounts() {
  std::int64_t total = 0;
  for (const Kind kind : kinds()) {
    const auto answer = session_.get(fmt::format("/{}/$count", collectionName(kind)), cancelled_);
    if (!answer.ok() || answer.value().status != 200) return;
    std::string_view text = trimAscii(answer.value().body);
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    total += parseInteger(text).value_or(0);
  }
  if (total > 0) sink_.expect(static_cast<std::uint64_t>(total));
}

Result<void> Importer::readAll(Kind kind) {
  std::string link = fmt::format(
      "/{}?{}&$top={}", collectionName(kind), query(kind), session_.settings().page_size);
  std::unordered_set<std::string> seen;
  while (true) {
    const std::string doing = fmt::format("reading {}", collectionName(kind));
    const std::string body = TRY(session_.getBody(link, doing, cancelled_));
    TRY_DOING(page_.parse(body), doing);
    const std::string next = page_.nextLink();
    TRY_DOING(takePage(kind, page_.items()), doing);
    if (next.empty()) return {};
    if (!seen.insert(next).second) {
      return Error(ErrorCode::kCorruption,
                   fmt::format("the tenant's pages of {} lead in a circle", collectionName(kind)));
    }
    link = next;
  }
}

Result<void> Importer::takePage(Kind kind, JsonArray elements) {
  ObjectReader& reader = *readers_[static_cast<std::size_t>(kind)];
  for (const JsonElement element : elements) {
    ImportItem item;
    const Reading reading = reader.read(element, /*partial=*/false, item);
    if (reader.quarantined()) ++quarantined_;
    if (reading == Reading::kNonsense && item.anchor.empty()) {
      return Error(ErrorCode::kCorruption,
                   "the tenant lists something without an id: nothing of the page was used");
    }
    report(std::move(item), reading);
  }
  if (kind == Kind::kGroup && wants(map_.member)) {
    TRY(fetch_.readMembers(items_, cancelled_));
    const auto gone = std::remove_if(items_.begin(), items_.end(), [](const ImportItem& item) {
      return item.kind == ImportKind::kDelete;
    });
    items_.erase(gone, items_.end());
  }
  return flush();
}

void Importer::report(ImportItem item, Reading reading) {
  switch (reading) {
    case Reading::kOurs:
    case Reading::kUnsaid:
      items_.push_back(std::move(item));
      return;
    case Reading::kForeign:
      sink_.countFiltered(1, 0);
      return;
    case Reading::kRemoved:  // in a full read: it is simply not there
      return;
    case Reading::kNonsense:
      item.error_type = "invalid-attribute-value";
      item.error_message =
          fmt::format("{} has a value of a type that it cannot have: the object was left as it is",
                      item.anchor);
      item.references.clear();
      item.image.clear();
      items_.push_back(std::move(item));
      return;
  }
}

Result<void> Importer::flush() {
  if (items_.empty()) return {};
  Result<void> taken = sink_.take(items_, std::nullopt);
  items_.clear();
  return taken;
}

// ---------------------------------------------------------------- changes

Result<std::optional<std::string>> Importer::readChanges(ImportOutcome& outcome) {
  using Reason = std::optional<std::string>;
  if (!request_.from) return Reason("there has been no full import yet, so everything was read");
  std::optional<GraphWatermark> watermark = GraphWatermark::parse(*request_.from);
  if (!watermark) return Reason("the watermark is not readable, so everything was read");
  if (watermark->selection != selection()) {
    return Reason(
        "rules use other attributes, or the tenant has another address, than at the last "
        "import, so everything was read");
  }
  // All first pages before anything is passed on: an expired link found later could no longer turn
  // this import into a full one.
  std::vector<std::string> first_pages;
  for (const Kind kind : kinds()) {
    const std::string doing = fmt::format("reading changes of {}", collectionName(kind));
    const std::string& link = watermark->delta_links[static_cast<std::size_t>(kind)];
    if (link.empty()) return Reason("the watermark is not readable, so everything was read");
    const platform::HttpResponse response = TRY_DOING(session_.get(link, cancelled_), doing);
    if (isExpired(response)) {
      return Reason(
          fmt::format("the tenant no longer knows where changes of {} were read up to "
                      "(it forgets after 7 days), so everything was read",
                      collectionName(kind)));
    }
    if (response.status != 200) {
      return toError(parseFailure(response.status, response.body), doing);
    }
    first_pages.push_back(response.body);
  }
  const std::vector<Kind> all = kinds();
  for (std::size_t i = 0; i < all.size(); ++i) {
    watermark->delta_links[static_cast<std::size_t>(all[i])] =
        TRY_DOING(readChangesOf(all[i], std::move(first_pages[i])),
                  fmt::format("reading changes of {}", collectionName(all[i])));
  }
  if (missing_ == 0) {
    outcome.watermark = watermark->toText();
  } else {
    // Behind these changes none would name them again, so the next delta begins where this one did.
    outcome.warnings.push_back(
        fmt::format("the tenant tells of {} new objects and does not show them yet: the next "
                    "import asks for the same changes again",
                    missing_));
  }
  return Reason();
}

Result<std::string> Importer::readChangesOf(Kind kind, std::string body) {
  unknown_.clear();
  unknown_seen_.clear();
  std::unordered_set<std::string> seen;
  while (true) {
    TRY(page_.parse(body));
    const std::string next = page_.nextLink();
    const std::string delta = page_.deltaLink();
    for (const JsonElement element : page_.items())
      TRY(takeChange(kind, element));
    TRY(flush());
    if (!delta.empty()) {
      TRY(readUnknown(kind));
      return delta;
    }
    if (next.empty() || !seen.insert(next).second) {
      return Error(ErrorCode::kCorruption,
                   "the tenant's changes end without a delta link: run the import again");
    }
    const platform::HttpResponse response = TRY(session_.get(next, cancelled_));
    if (isExpired(response)) {
      return Error(
          ErrorCode::kFullImportRequired,
          "the tenant forgot where it was in the middle of the changes: run a full import");
    }
    if (response.status != 200) {
      return toError(parseFailure(response.status, response.body), "reading the next page");
    }
    body = response.body;
  }
}

Result<void> Importer::takeChange(Kind kind, const JsonElement& element) {
  ObjectReader& reader = *readers_[static_cast<std::size_t>(kind)];
  ImportItem item;
  const Reading reading = reader.read(element, /*partial=*/true, item);
  if (reading == Reading::kNonsense && item.anchor.empty()) {
    return Error(ErrorCode::kCorruption, "the tenant reports a change of something without an id");
  }
  const bool known = isKnown(item.anchor);
  if (reading == Reading::kRemoved || (reading == Reading::kForeign && known)) {
    if (known) {
      ImportItem gone;
      gone.kind = ImportKind::kDelete;
      gone.anchor = item.anchor;
      items_.push_back(std::move(gone));
    } else {
      sink_.countFiltered(0, 1);
    }
    return {};
  }
  if (reader.quarantined()) ++quarantined_;
  if (known || reading == Reading::kForeign || reading == Reading::kNonsense) {
    report(std::move(item), reading);
    return {};
  }
  // New to us: what a change names need not be all that the object has.
  const std::string id(reader.id());
  if (unknown_seen_.insert(id).second) unknown_.push_back(id);
  return {};
}

Result<void> Importer::readUnknown(Kind kind) {
  constexpr std::size_t kAtOnce = 2000;
  ObjectReader& reader = *readers_[static_cast<std::size_t>(kind)];
  for (std::size_t first = 0; first < unknown_.size(); first += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, unknown_.size() - first);
    const auto begin = unknown_.begin() + static_cast<std::ptrdiff_t>(first);
    const std::vector<std::string> ids(begin, begin + static_cast<std::ptrdiff_t>(count));
    items_ = TRY(fetch_.readObjects(kind, ids, query(kind), reader, cancelled_));
    if (fetch_.foreign() > 0) sink_.countFiltered(fetch_.foreign(), 0);
    missing_ += fetch_.missing();
    if (kind == Kind::kGroup && wants(map_.member)) {
      TRY(fetch_.readMembers(items_, cancelled_));
      const auto gone = std::remove_if(items_.begin(), items_.end(), [](const ImportItem& item) {
        return item.kind == ImportKind::kDelete;
      });
      items_.erase(gone, items_.end());
    }
    TRY(flush());
  }
  return {};
}

}  // namespace tandem::connectors::graph
