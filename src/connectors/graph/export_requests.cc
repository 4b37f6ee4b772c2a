// SPDX-License-Identifier: Apache-2.0
//
// What is sent for each operation, written when its batch is assembled, so that a queue of a
// million operations holds no request bodies.
#include <fmt/format.h>

#include "base/check.h"
#include "connectors/graph/exporter.h"
#include "connectors/graph/graph_url.h"

namespace tandem::connectors::graph {
namespace {

void begin(JsonText& out, std::string_view method, std::string_view url) {
  out.key("method").string(method).key("url").string(url);
}

// Of names of ours and ids that were checked: nothing in it needs an escape.
void begin(JsonText& out,
           std::string_view method,
           std::initializer_list<std::string_view> url_parts) {
  out.key("method").string(method).key("url").plain(url_parts);
}

JsonText& beginBody(JsonText& out, std::string_view prefer = {}) {
  out.key("headers").beginObject().key("Content-Type").string("application/json");
  if (!prefer.empty()) out.key("Prefer").string(prefer);
  return out.endObject().key("body");
}

}  // namespace

void Exporter::write(const Operation& operation, JsonText& out) {
  if (operation.kind <= kFindByAddress) {
    writeLookup(operation, out);
    return;
  }
  const Item& item = items_[operation.subject];
  if (operation.kind >= kSetManager) {
    writeReferenceRequest(operation, item, out);
  } else {
    writeObjectRequest(operation, item, out);
  }
}

void Exporter::writeLookup(const Operation& operation, JsonText& out) const {
  const Lookup& lookup = lookups_[operation.subject];
  const std::string_view anchor = map_.anchorProperty(lookup.kind);
  std::vector<std::string> values;
  for (const std::uint32_t number : lookup.items) {
    const Item& item = items_[number];
    std::string source_anchor = sourceAnchorOf(item);
    if (operation.kind == kFindByName) {
      values.emplace_back(textOf(item, map_.user_principal_name));
    } else if (operation.kind == kFindByAddress) {
      for (std::string& address : addressesOf(item))
        values.push_back(std::move(address));
    } else if (lookup.kind == Kind::kGroup) {
      values.push_back(uniqueNameOf(source_anchor));
    } else {
      values.push_back(std::move(source_anchor));
    }
  }
  std::string filter;
  if (operation.kind == kFindByAddress) {
    for (const std::string& value : values) {
      if (!filter.empty()) filter += "%20or%20";
      filter += fmt::format("proxyAddresses/any(p:p%20eq%20{})", odataLiteral(value));
    }
  } else {
    filter = inFilter(operation.kind == kFindByName ? "userPrincipalName" : anchor, values);
  }
  const std::string select =
      lookup.kind == Kind::kUser
          ? "id,onPremisesImmutableId,onPremisesSyncEnabled,userPrincipalName,mail,proxyAddresses"
          : fmt::format("id,{},onPremisesSyncEnabled", anchor);
  const std::string path =
      operation.kind == kFindDeleted
          ? fmt::format("/directory/deletedItems/microsoft.graph.{}", typeName(lookup.kind))
          : fmt::format("/{}", collectionName(lookup.kind));
  begin(out, "GET", fmt::format("{}?$select={}&$filter={}", path, select, filter));
}

void Exporter::writeObjectRequest(const Operation& operation, const Item& item, JsonText& out) {
  const std::string_view collection = collectionName(item.kind);
  const bool is_add = item.in->operation == ExportOperation::kAdd;
  const auto group_key = [&] {
    return fmt::format("/groups(uniqueName='{}')", uniqueNameOf(sourceAnchorOf(item)));
  };
  WriteOptions options;
  switch (static_cast<Kinds>(operation.kind)) {
    case kRoleCheck:
      begin(out, "GET", {"/users/", item.id, "/memberOf/microsoft.graph.directoryRole?$select=id"});
      return;
    case kOtherTypeCheck:
      begin(out,
            "GET",
            fmt::format("/groups?$select=id&$filter=proxyAddresses/any(p:p%20eq%20{})",
                        odataLiteral(addressesOf(item).front())));
      return;
    case kRestore:
      begin(out, "POST", fmt::format("/directory/deletedItems/{}/restore", item.id));
      beginBody(out).beginObject().endObject();
      return;
    case kCreate:
      begin(out, "POST", {"/", collection});
      options.with_anchor = true;
      options.with_required = true;
      options.with_password = item.kind == Kind::kUser;
      break;
    case kUpsertGroup:
      begin(out, "PATCH", group_key());
      options.with_anchor = true;
      options.with_required = true;
      beginBody(out, "create-if-missing");
      writer_.write(item.kind, item.in->image, {}, options, out);
      return;
    case kReadGroup:
      begin(out, "GET", group_key() + "?$select=id");
      return;
    case kUpdate:
      begin(out, "PATCH", {"/", collection, "/", item.id});
      options.with_anchor = item.stamp_anchor;
      break;
    case kDelete:
      begin(out, "DELETE", {"/", collection, "/", item.id});
      return;
    case kFindByAnchor:
    case kFindDeleted:
    case kFindByName:
    case kFindByAddress:
    case kSetManager:
    case kClearManager:
    case kBindMembers:
    case kAddMember:
    case kRemoveMember:
      TANDEM_CHECK(false);
  }
  beginBody(out);
  const std::string_view known = is_add ? std::string_view() : item.in->known_image;
  writer_.write(item.kind, item.in->image, known, options, out);
}

std::string Exporter::memberUrl(std::string_view id) const {
  return fmt::format("{}/directoryObjects/{}", session_.settings().base_url, id);
}

void Exporter::writeReferenceRequest(const Operation& operation,
                                     const Item& item,
                                     JsonText& out) const {
  const auto& references = item.in->references;
  switch (static_cast<Kinds>(operation.kind)) {
    case kSetManager:
      begin(out, "PUT", {"/users/", item.id, "/manager/$ref"});
      beginBody(out).beginObject().key("@odata.id");
      out.string(memberUrl(targetId(references[operation.first]))).endObject();
      return;
    case kClearManager:
      begin(out, "DELETE", {"/users/", item.id, "/manager/$ref"});
      return;
    case kAddMember:
      begin(out, "POST", {"/groups/", item.id, "/members/$ref"});
      beginBody(out).beginObject().key("@odata.id");
      out.string(memberUrl(targetId(references[item.adds[operation.first]]))).endObject();
      return;
    case kRemoveMember:
      // Without "/$ref" Graph would delete the member itself.
      begin(out,
            "DELETE",
            {"/groups/", item.id, "/members/", targetId(references[operation.first]), "/$ref"});
      return;
    case kBindMembers:
      break;
    case kFindByAnchor:
    case kFindDeleted:
    case kFindByName:
    case kFindByAddress:
    case kRoleCheck:
    case kOtherTypeCheck:
    case kRestore:
    case kCreate:
    case kUpsertGroup:
    case kReadGroup:
    case kUpdate:
    case kDelete:
      TANDEM_CHECK(false);
  }
  begin(out, "PATCH", {"/groups/", item.id});
  beginBody(out).beginObject().key("members@odata.bind").beginArray();
  for (std::uint32_t i = operation.first; i < operation.first + operation.count; ++i) {
    out.string(memberUrl(targetId(references[item.adds[i]])));
  }
  out.endArray().endObject();
}

}  // namespace tandem::connectors::graph
