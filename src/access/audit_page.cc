// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>

#include "access/audit_log.h"
#include "base/text.h"
#include "platform/locked_file.h"

namespace tandem::access {
namespace {

using platform::LockedFile;

constexpr std::uint64_t kChunk = 8 * kAuditLineMax;
constexpr std::uint64_t kReadMax = 64 * 1024 * 1024;  // by one page

class Filter {
 public:
  explicit Filter(const AuditFilter& wanted) : wanted_(wanted), text_(foldCase(wanted.text)) {}

  bool fits(const AuditEntry& entry) const {
    if (!wanted_.who.empty() && foldCase(entry.who) != foldCase(wanted_.who)) return false;
    if (!wanted_.act.empty() && entry.act != wanted_.act &&
        !entry.act.starts_with(wanted_.act + ".")) {
      return false;
    }
    if (text_.empty()) return true;
    const std::string all = foldCase(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}",
                                                 entry.at,
                                                 entry.who,
                                                 entry.door,
                                                 entry.from,
                                                 entry.act,
                                                 entry.on,
                                                 entry.outcome));
    return all.find(text_) != std::string::npos;
  }

 private:
  const AuditFilter& wanted_;
  std::string text_;
};

class PageReader {
 public:
  PageReader(const LockedFile& file, std::size_t limit, const AuditFilter& filter)
      : file_(file), limit_(limit), filter_(filter) {}

  Result<AuditPage> read(std::uint64_t end) {
    const std::uint64_t first_end = end;
    while (end > 0 && first_end - end < kReadMax) {
      end = TRY(readChunk(end));
      if (page_.entries.size() >= limit_) break;
    }
    if (end > 0) page_.before = end;
    return std::move(page_);
  }

 private:
  // Lines that end at `end` or above; says where the lines begin that were not looked at.
  Result<std::uint64_t> readChunk(std::uint64_t end) {
    const std::uint64_t from = end > kChunk ? end - kChunk : 0;
    const std::string text = TRY(file_.readAt(from, static_cast<std::size_t>(end - from)));
    std::size_t line_end = text.rfind('\n');
    while (line_end != std::string::npos) {
      const std::size_t newline =
          line_end == 0 ? std::string::npos : text.rfind('\n', line_end - 1);
      if (newline == std::string::npos && from > 0) break;  // its beginning lies further up
      const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
      // What is no line is verify's to tell.
      Result<AuditEntry> entry =
          readAuditLine(std::string_view(text).substr(begin, line_end - begin));
      if (entry.ok() && filter_.fits(entry.value())) {
        page_.entries.push_back(std::move(entry).value());
      }
      if (begin == 0 || page_.entries.size() >= limit_) return from + begin;
      line_end = newline;
    }
    // The last line looked at began behind line_end. Nothing found: no line is so long.
    const bool is_stuck = line_end == std::string::npos || line_end + 1 == text.size();
    return is_stuck ? from : from + line_end + 1;
  }

  const LockedFile& file_;
  std::size_t limit_;
  Filter filter_;
  AuditPage page_;
};

}  // namespace

Result<AuditPage> readAuditPage(const std::string& path,
                                std::optional<std::uint64_t> before,
                                std::size_t limit,
                                const AuditFilter& filter) {
  const Result<LockedFile> file = LockedFile::openToRead(path);
  if (!file.ok() && file.error().code() == ErrorCode::kNotFound) return AuditPage();
  if (!file.ok()) return file.error();
  const std::uint64_t size = TRY(file.value().size());
  const std::uint64_t end = before.value_or(size);
  if (end > size || (before && end > 0 && TRY(file.value().readAt(end - 1, 1)) != "\n")) {
    return Error(ErrorCode::kInvalidArgument, "\"before\" is not from a page of this audit log");
  }
  return PageReader(file.value(), std::clamp<std::size_t>(limit, 1, kAuditPageMax), filter)
      .read(end);
}

}  // namespace tandem::access
