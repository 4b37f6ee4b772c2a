// SPDX-License-Identifier: Apache-2.0
//
// What a connector is to the engine: something that yields items of change and takes batches to
// export. A connector never sees the store, so a new one cannot break the metaverse. It runs on a
// worker thread; ImportSink::take() is called from that thread and blocks while the queue is full.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "base/result.h"
#include "connectors/confirmation.h"
#include "connectors/export_grant.h"
#include "connectors/stored_values.h"
#include "connectors/test_finding.h"
#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "directory/record.h"
#include "directory/schema.h"

namespace tandem::connectors {

using directory::AttributeId;
using directory::ConnectorObjectId;
using directory::ObjectTypeId;

// ---------------------------------------------------------------- import

// Where a delta import resumes. Opaque to the engine and kept by it; one a partition.
// nullopt means "fresh start": what was known is void, read everything.
using Watermark = std::optional<std::string>;

enum class ImportKind : std::uint8_t {
  kFull,           // image and references are everything that the object has
  kPartial,        // only what changed: an attribute with count 0 was removed
  kDelete,         // the object is gone (or left the scope); anchor says which
  kDeleteSubtree,  // every known object under dn, and itself, left the scope
  kPresent,        // full imports only: anchor alone; the object is there and has not changed.
                   // An anchor that is not known is to be ignored.
};

enum class ReferenceChange : std::uint8_t {
  kAdd,         // this value
  kRemove,      // this value
  kReplaceAll,  // marks "forget all values of the attribute first"; target empty
};

struct ImportedReference {
  AttributeId attribute;
  ReferenceChange change = ReferenceChange::kAdd;
  std::string target_dn;      // RFC 4514 text; may be empty when the anchor is known
  std::string target_anchor;  // bytes; may be empty when only the DN is known
};

struct ImportItem {
  ImportKind kind = ImportKind::kFull;
  ObjectTypeId type;   // not needed for deletes and for kPartial of a known object
  std::string anchor;  // AD: objectGUID's 16 bytes; OpenLDAP: entryUUID's; tenant: cloudAnchor text
  std::string dn;      // empty in kPartial: unchanged. A container's new dn renames all under it
  // An OU or domain: kept so that renames of it can be followed. Containers above an included OU
  // are passed on too. In a delta import renamed containers come first, in an order in which each
  // rename may be applied to everything below it at once.
  bool is_container = false;
  // When the object was last changed in its directory, seconds since 1970; 0: not known. Only for
  // the figure of how long changes take.
  std::int64_t changed_at = 0;
  std::string image;                          // a record without references
  std::vector<ImportedReference> references;  // kFull: all values as kAdd
  // An object that cannot be used: staged as an error of this type, the run goes on. Empty: fine.
  std::string error_type;  // "missing-anchor-component", "invalid-attribute-value", …
  std::string error_message;

  void clear();
};

// What the engine knows already, for connectors that must tell new objects from known ones (an
// object moved into scope comes as a mere rename and has to be read whole).
class KnownObjects {
 public:
  virtual ~KnownObjects() = default;
  // The DN under which the anchor is known, or nullopt.
  virtual std::optional<std::string> dnOf(std::string_view anchor) const = 0;
};

class ImportSink {
 public:
  virtual ~ImportSink() = default;
  // Takes the items over (moves from them; the vector comes back empty, with its capacity) and the
  // watermark up to which they are complete, when there is one. An error ends the import.
  virtual Result<void> take(std::vector<ImportItem>& items, Watermark reached) = 0;
  // Objects seen by the connector but not passed on because a filter says so.
  virtual void countFiltered(std::uint64_t objects, std::uint64_t deletions) = 0;
  // For progress: how many objects there are, when the connector can know.
  virtual void expect(std::uint64_t objects) = 0;
  virtual bool isCancelled() const = 0;
  // A delta import has turned into a full one, and says why. Called before the first item, so that
  // what follows is the whole partition and none of it is a cascading rename: in a full import
  // every object brings its own DN (or is kPresent, and then no container was renamed).
  virtual void becomesFull(const std::string& reason) { static_cast<void>(reason); }
};

struct ImportRequest {
  std::string partition;  // "DC=corp,DC=example,DC=com"; empty: the only one
  bool full = true;
  Watermark from;                       // of the last import; needed for a delta
  std::vector<AttributeId> attributes;  // what rules use; a connector reads no others
  const KnownObjects* known = nullptr;  // delta imports
};

struct ImportOutcome {
  // True only when every object of the partition was read: no referral, size or time limit, no
  // truncated page. Only then may the engine take absence for deletion.
  bool complete = false;
  // Set when a delta was asked for and everything was read instead ("the cookie of …, so …").
  std::string full_import_reason;
  // True when what was sent is the whole partition (full import, or a delta that became one).
  bool was_full = false;
  Watermark watermark;  // where the next delta resumes
  std::vector<std::string> warnings;
};

// ---------------------------------------------------------------- export

enum class ExportOperation : std::uint8_t {
  kAdd = 1,
  kUpdate = 2,
  kDelete = 3
};

struct ExportedReference {
  AttributeId attribute;
  bool add = true;            // false: remove this value
  ConnectorObjectId target;   // in the same connector space
  std::string target_anchor;  // empty: the target's add has not been answered yet
};

struct ExportItem {
  ConnectorObjectId id;  // comes back in the outcome
  ExportOperation operation = ExportOperation::kUpdate;
  ObjectTypeId type;
  // Empty for adds, and for the deletion of what an add may have made that was never answered: the
  // connector looks for what the DN names, and not finding it is a success.
  std::string anchor;
  std::string dn;
  std::string image;        // adds: the wanted image; updates: a delta record (count 0 = clear)
  std::string known_image;  // what is known to be there, for connectors that need context
  std::vector<ExportedReference> references;
  bool is_retry = false;  // sent before without an answer: it may have happened already
};

struct ExportOutcome {
  ConnectorObjectId id;
  bool success = false;
  bool references_done = true;  // false: attributes are written, references are to be sent again
  std::string anchor;           // adds: the anchor that the directory gave
  std::string error_type;       // "AttributeValueMustBeUnique", "permission-issue", …
  std::string error_code;       // the directory's own
  std::string error_message;    // what failed, on what, what to do next
  bool is_retryable = false;
  // No answer came, and none that says what it did: the request may still arrive. A server that
  // gives the right to write away waits for it.
  bool may_be_under_way = false;
};

class ExportSink {
 public:
  virtual ~ExportSink() = default;
  // Called for each item as its answer arrives, from the exporting thread.
  virtual Result<void> answered(ExportOutcome outcome) = 0;
  virtual bool isCancelled() const = 0;
};

struct ExportPlan {  // a dry run's answer
  std::uint64_t requests = 0;
  std::uint64_t writes = 0;
  double seconds_at_quota = 0;
  std::string explanation;
};

// ---------------------------------------------------------------- the connector

class Connector {
 public:
  virtual ~Connector() = default;

  virtual Result<std::vector<std::string>> partitions() = 0;
  // The attributes that the directory has. Called once when rules are compiled.
  virtual Result<directory::Schema> schema() = 0;
  // Parameters for rules: "Domain.FQDN", "Forest.FQDN", "Tenant.InitialDomain", …
  virtual Result<std::vector<std::pair<std::string, std::string>>> parameters() = 0;
  virtual bool canDeltaImport() const = 0;
  virtual bool canExport() const = 0;

  virtual Result<ImportOutcome> import(const ImportRequest& request, ImportSink& sink) = 0;

  // Items come in dependency order: adds and updates first, deletes last. The connector may send
  // them in parallel within that order. The grant is for this call alone.
  virtual Result<void> exportBatch(const ExportGrant& grant,
                                   std::span<const ExportItem> items,
                                   ExportSink& sink) = 0;
  virtual ExportPlan planExport(std::span<const ExportItem> items) const = 0;
  // The largest number of items that one exportBatch() call should get.
  virtual std::size_t exportBatchSize() const { return 1000; }
  // Which attributes of the type an export can write, and how they are recognised on import.
  // Attributes that are not listed cannot be written. nullopt: all can, and come back as written.
  virtual std::optional<std::vector<AttributeTraits>> exportTraits(ObjectTypeId type) const {
    static_cast<void>(type);
    return std::nullopt;
  }

  // What the directory makes of the values that it decides itself; nullptr: nothing is known of it.
  // parameters: what parameters() last said; empty: it was never asked.
  using Parameters = std::map<std::string, std::string, std::less<>>;
  virtual std::shared_ptr<const StoredValues> storedValues(const Parameters& parameters) const {
    static_cast<void>(parameters);
    return nullptr;
  }

  // Looks at names, encryption, clocks, sign-in and rights, one after the other; writes nothing.
  virtual std::vector<TestFinding> testConnection() = 0;
  // By how many seconds the directory's clock was ahead of ours when an import last heard from it;
  // nullopt: it does not tell, or has not been asked.
  virtual std::optional<std::int64_t> clockAhead() const { return std::nullopt; }
  // A text that is another one when something in the directory has changed: cheap, asked for every
  // few seconds. It may change for nothing. nullopt: the directory cannot tell.
  virtual Result<std::optional<std::string>> changeMark() { return std::optional<std::string>(); }
  // How many objects an import of everything would read, when the directory can say so cheaply.
  virtual std::optional<std::uint64_t> countObjects() { return std::nullopt; }
};

}  // namespace tandem::connectors
