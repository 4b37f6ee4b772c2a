// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/object_fetch.h"

#include <fmt/format.h>

namespace tandem::connectors::graph {

ObjectFetch::ObjectFetch(GraphSession& session, const AttributeMap& map, ConcurrencyWindow& window)
    : session_(session), map_(map), pipeline_(session, *this, window) {}

Result<void> ObjectFetch::readMembers(std::vector<ImportItem>& groups, const Cancelled& cancelled) {
  groups_ = &groups;
  next_.assign(groups.size(), {});
  for (std::uint32_t i = 0; i < groups.size(); ++i) {
    const auto anchor = parseCloudAnchor(groups[i].anchor);
    if (!anchor || groups[i].kind != ImportKind::kFull) continue;
    next_[i] = fmt::format(
        "/groups/{}/members?$select=id&$top={}", anchor->id, session_.settings().page_size);
    Operation operation;
    operation.kind = kMembers;
    operation.subject = i;
    pipeline_.add(operation);
  }
  return pipeline_.run(cancelled);
}

Result<std::vector<ImportItem>> ObjectFetch::readObjects(Kind kind,
                                                         const std::vector<std::string>& ids,
                                                         std::string_view query,
                                                         ObjectReader& reader,
                                                         const Cancelled& cancelled) {
  kind_ = kind;
  ids_ = &ids;
  query_ = query;
  reader_ = &reader;
  read_.clear();
  foreign_ = 0;
  missing_ = 0;
  for (std::uint32_t i = 0; i < ids.size(); ++i) {
    Operation operation;
    operation.kind = kObject;
    operation.subject = i;
    pipeline_.add(operation);
  }
  TRY(pipeline_.run(cancelled));
  return std::move(read_);
}

void ObjectFetch::write(const Operation& operation, JsonText& out) {
  out.key("method").string("GET").key("url");
  if (operation.kind == kMembers) {
    out.string(next_[operation.subject]);
  } else {
    out.string(fmt::format("/{}/{}?{}", collectionName(kind_), (*ids_)[operation.subject], query_));
  }
}

Verdict ObjectFetch::answered(const Operation& operation, const InnerAnswer& answer) {
  return operation.kind == kMembers ? onMembers(operation, answer) : onObject(operation, answer);
}

Verdict ObjectFetch::onMembers(const Operation& operation, const InnerAnswer& answer) {
  ImportItem& group = (*groups_)[operation.subject];
  if (answer.status == 404) {
    group.kind = ImportKind::kDelete;
    return Verdict::kDone;
  }
  if (!answer.ok()) {
    pipeline_.stop(toError(answer.failure(), "reading the members of a group"));
    return Verdict::kDone;
  }
  const std::optional<JsonArray> members =
      answer.body ? arrayAt(*answer.body, "value") : std::nullopt;
  if (!members) return Verdict::kAgain;
  for (const JsonElement member : *members) {
    ImportedReference reference;
    reference.attribute = map_.member;
    reference.target_anchor = cloudAnchorOf(member);
    if (!reference.target_anchor.empty()) group.references.push_back(std::move(reference));
  }
  const std::string_view next = textAt(*answer.body, "@odata.nextLink").value_or("");
  if (next.empty()) return Verdict::kDone;
  const std::string& base = session_.settings().base_url;
  if (next.substr(0, base.size()) != base) {
    const Result<std::string> checked = session_.absoluteUrl(next);
    pipeline_.stop(checked.ok() ? Error(ErrorCode::kCorruption,
                                        "the tenant answered with a link outside its base URL")
                                : checked.error());
    return Verdict::kDone;
  }
  next_[operation.subject] = next.substr(base.size());
  Operation following;
  following.kind = kMembers;
  following.subject = operation.subject;
  pipeline_.add(following);
  return Verdict::kDone;
}

Verdict ObjectFetch::onObject(const Operation&, const InnerAnswer& answer) {
  // The replica that is asked may know less than the one that has told of it.
  if (answer.status == 404) return Verdict::kAgainNotFound;
  if (!answer.ok()) {
    pipeline_.stop(toError(answer.failure(), "reading an object that is new in the tenant"));
    return Verdict::kDone;
  }
  if (!answer.body) return Verdict::kAgain;
  ImportItem item;
  const Reading reading = reader_->read(*answer.body, /*partial=*/false, item);
  if (reading == Reading::kOurs) read_.push_back(std::move(item));
  if (reading == Reading::kForeign) ++foreign_;
  return reading == Reading::kNonsense ? Verdict::kAgain : Verdict::kDone;
}

void ObjectFetch::gaveUp(const Operation& operation, const GraphFailure& failure) {
  if (operation.kind == kObject && failure.status == 404) {
    ++missing_;
    return;
  }
  if (failure.status == 200) {
    pipeline_.stop(Error(ErrorCode::kCorruption,
                         "the tenant answers with something that is no object: check the base URL "
                         "and what stands in between"));
    return;
  }
  pipeline_.stop(toError(failure, "reading from the tenant"));
}

}  // namespace tandem::connectors::graph
