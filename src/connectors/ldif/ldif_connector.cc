// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldif/ldif_connector.h"

#include <fstream>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/text.h"
#include "connectors/entry/domain_names.h"
#include "connectors/entry/entry_reader.h"
#include "connectors/entry/known_attributes.h"
#include "connectors/ldif/ldif_folder.h"
#include "connectors/ldif/ldif_parser.h"
#include "directory/dn.h"

namespace tandem::connectors::ldif {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::string_view kWatermarkPrefix = "ldif 1 ";

// One reading of the folder, from the first file to the last.
class FolderImport {
 public:
  // With times: what differs has changed since an earlier import, and is as old as its file.
  FolderImport(entry::EntryReader reader, std::string base_key, bool with_times, ImportSink& sink)
      : reader_(std::move(reader)),
        base_key_(std::move(base_key)),
        with_times_(with_times),
        sink_(sink) {
    items_.reserve(kBatch);
  }

  Result<void> readFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error(ErrorCode::kUnavailable, fmt::format("{} cannot be opened", path));
    LdifParser parser(in, path);
    changed_at_ = with_times_ ? changeTimeOf(path) : 0;
    while (TRY(parser.next(record_))) {
      readRecord(path);
      if (items_.size() >= kBatch) TRY(pass());
    }
    return {};
  }

  Result<void> pass() {
    if (sink_.isCancelled()) return Error(ErrorCode::kCancelled, "the import was cancelled");
    sink_.countFiltered(filtered_, 0);
    filtered_ = 0;
    if (items_.empty()) return {};
    return sink_.take(items_, std::nullopt);
  }

  std::uint64_t entries() const { return entries_; }

 private:
  void readRecord(const std::string& path) {
    ++entries_;
    reader_.begin(record_.dn());
    for (std::size_t i = 0; i < record_.size(); ++i) {
      const LdifRecord::Line line = record_.at(i);
      const entry::EntryReader::Slot slot = reader_.find(line.name);
      if (slot != entry::EntryReader::kNone) reader_.add(slot, line.value);
    }
    // An export that was made with tombstones shows them; they are no objects.
    if (reader_.isDeleted() || !entry::isUnderKey(reader_.dnKey(), base_key_)) {
      ++filtered_;
      return;
    }
    ImportItem& item = items_.emplace_back();
    if (reader_.finish(item) != entry::Verdict::kItem) {
      items_.pop_back();
      ++filtered_;
      return;
    }
    item.changed_at = changed_at_;
    if (!item.error_type.empty()) {
      item.error_message = fmt::format("{}:{}: {}", path, record_.line(), item.error_message);
    }
  }

  entry::EntryReader reader_;
  std::string base_key_;
  bool with_times_;
  std::int64_t changed_at_ = 0;
  ImportSink& sink_;
  LdifRecord record_;
  std::vector<ImportItem> items_;
  std::uint64_t filtered_ = 0;
  std::uint64_t entries_ = 0;
};

Result<std::uint64_t> countEntries(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  LdifParser parser(in, file);
  LdifRecord record;
  std::uint64_t entries = 0;
  while (TRY(parser.next(record)))
    ++entries;
  return entries;
}

}  // namespace

Result<std::unique_ptr<LdifConnector>> LdifConnector::open(LdifSettings settings,
                                                           directory::AttributeTable& attributes,
                                                           directory::NameTable& types) {
  if (settings.folder.empty()) {
    return Error(ErrorCode::kInvalidArgument, "an LDIF connector needs a folder");
  }
  if (!settings.base.empty()) TRY_DOING(directory::Dn::parse(settings.base), "reading the base");
  if (settings.object_types.empty()) settings.object_types = defaultObjectTypes();
  entry::ContainerScope scope = TRY(entry::ContainerScope::fromFilter(settings.containers));
  entry::ObjectClasses classes(settings.object_types, types);
  return std::unique_ptr<LdifConnector>(
      new LdifConnector(std::move(settings), attributes, std::move(classes), std::move(scope)));
}

LdifConnector::LdifConnector(LdifSettings settings,
                             directory::AttributeTable& attributes,
                             entry::ObjectClasses classes,
                             entry::ContainerScope scope)
    : settings_(std::move(settings)),
      attributes_(attributes),
      classes_(std::move(classes)),
      scope_(std::move(scope)),
      schema_(entry::knownSchema(attributes)) {}

Result<std::vector<std::string>> LdifConnector::partitions() {
  return std::vector<std::string>{settings_.base};
}

Result<directory::Schema> LdifConnector::schema() {
  return schema_;
}

Result<std::vector<std::pair<std::string, std::string>>> LdifConnector::parameters() {
  std::string base = settings_.base;
  if (base.empty()) {
    // The first entry of a folder tells the domain.
    for (const std::string& file : TRY(listLdifFiles(settings_.folder))) {
      std::ifstream in(file, std::ios::binary);
      LdifParser parser(in, file);
      LdifRecord record;
      if (!TRY(parser.next(record))) continue;
      base = record.dn();
      break;
    }
  }
  return entry::domainParameters(base, settings_.netbios_name);
}

Result<ImportOutcome> LdifConnector::import(const ImportRequest& request, ImportSink& sink) {
  const std::vector<std::string> files = TRY(listLdifFiles(settings_.folder));
  if (files.empty()) {
    // An empty folder is more likely a copy that failed than an organisation without people.
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} holds no *.ldif file: nothing was imported and nothing is taken "
                             "for deleted; put the export there",
                             settings_.folder));
  }
  const std::string fingerprint =
      entry::settingsFingerprint(attributes_, request.attributes, settings_.object_types, scope_);
  ImportOutcome outcome;
  const std::string digest = TRY(folderDigest(files));
  outcome.watermark =
      fmt::format("{}{} {}", kWatermarkPrefix, fingerprint, toHex(hash128(digest).bytes()));
  outcome.complete = true;
  if (!request.full && request.from == outcome.watermark) return outcome;

  outcome.was_full = true;
  bool is_comparison = false;
  if (!request.full) {
    const std::string same_settings = fmt::format("{}{} ", kWatermarkPrefix, fingerprint);
    if (!request.from) {
      outcome.full_import_reason = "there is no watermark of an earlier import";
    } else if (!request.from->starts_with(same_settings)) {
      outcome.full_import_reason =
          "the attributes, object types or containers of this connector have changed";
    } else {
      is_comparison = true;
      outcome.full_import_reason =
          "files have changed, and a folder of LDIF is compared as a whole";
    }
    sink.becomesFull(outcome.full_import_reason);
  }
  entry::EntryReader reader({&attributes_, &schema_, &classes_, &scope_, settings_.anchor},
                            request.attributes);
  const std::string& base = request.partition.empty() ? settings_.base : request.partition;
  FolderImport folder(std::move(reader), directory::dnKey(base), is_comparison, sink);
  for (const std::string& file : files)
    TRY(folder.readFile(file));
  TRY(folder.pass());
  const std::vector<std::string> files_after = TRY(listLdifFiles(settings_.folder));
  // A copy in progress looks like mass deletion.
  if (TRY(folderDigest(files_after)) != digest) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the files in {} changed while they were read: import again when "
                             "whoever writes them is done",
                             settings_.folder));
  }
  return outcome;
}

std::vector<TestFinding> LdifConnector::testConnection() {
  const auto files = listLdifFiles(settings_.folder);
  if (!files.ok()) return {TestFinding::refused("folder", files.error().message())};
  if (files.value().empty()) {
    return {TestFinding::refused(
        "folder", settings_.folder + " holds no *.ldif file", "put the directory's export there")};
  }
  std::vector<TestFinding> findings(1);
  std::uint64_t all = 0;
  for (const std::string& file : files.value()) {
    const Result<std::uint64_t> entries = countEntries(file);
    all += entries.ok() ? entries.value() : 0;
    if (!entries.ok()) findings.push_back(TestFinding::refused(file, entries.error().message()));
  }
  findings.front() = TestFinding::ok(
      "folder",
      fmt::format("{} files in {}, {} entries", files.value().size(), settings_.folder, all));
  return findings;
}

std::optional<std::uint64_t> LdifConnector::countObjects() {
  const auto files = listLdifFiles(settings_.folder);
  if (!files.ok()) return std::nullopt;
  std::uint64_t all = 0;
  for (const std::string& file : files.value()) {
    const Result<std::uint64_t> entries = countEntries(file);
    if (!entries.ok()) return std::nullopt;
    all += entries.value();
  }
  return all;
}

Result<std::optional<std::string>> LdifConnector::changeMark() {
  return std::optional(folderMark(TRY(listLdifFiles(settings_.folder))));
}

}  // namespace tandem::connectors::ldif
