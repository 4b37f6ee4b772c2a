// SPDX-License-Identifier: Apache-2.0
#include "access/audit_log.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/bytes.h"
#include "platform/locked_file.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

using platform::LockedFile;

constexpr unsigned kPrivate = 0600;
constexpr std::string_view kTorn = "\"torn\"";
// The last whole line is in it, even behind the remains of some power cuts.
constexpr std::size_t kTailMax = 8 * kAuditLineMax;
constexpr std::size_t kChunk = 1024 * 1024;

// Where the chain goes on.
struct ChainEnd {
  std::uint64_t number = 0;
  std::string hash = firstBefore();
  std::string behind;  // what stands between the last good line and the end
};

Error noLog(const std::string& path) {
  return {ErrorCode::kCorruption,
          fmt::format("{} does not end like an audit log; move it elsewhere and keep it, 'tandem "
                      "audit verify' says where it breaks. A new one begins with the next act",
                      path)};
}

Result<ChainEnd> findEnd(const LockedFile& file, const std::string& path) {
  const std::uint64_t size = TRY(file.size());
  const std::uint64_t from = size > kTailMax ? size - kTailMax : 0;
  const std::string tail = TRY(file.readAt(from, static_cast<std::size_t>(size - from)));
  bool is_strange = from > 0;  // something there is neither a line nor what is left of one
  std::size_t end = tail.rfind('\n');
  while (end != std::string::npos) {
    const std::size_t newline = end == 0 ? std::string::npos : tail.rfind('\n', end - 1);
    if (newline == std::string::npos && from > 0) break;  // its beginning lies further up
    const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
    const std::string_view line = std::string_view(tail).substr(begin, end - begin);
    if (const Result<AuditEntry> entry = readAuditLine(line); entry.ok()) {
      return ChainEnd{entry.value().number, entry.value().hash, tail.substr(end + 1)};
    }
    is_strange = is_strange || !line.ends_with(kTorn);
    end = newline;
  }
  if (is_strange) return noLog(path);
  return ChainEnd{0, firstBefore(), tail};
}

}  // namespace

Result<AuditEntry> AuditLog::append(const AuditAct& act, platform::WallTime at) {
  const std::lock_guard lock(mutex_);
  LockedFile file = TRY_DOING(LockedFile::open(path_, kPrivate), "the audit log");
  ChainEnd chain = TRY(findEnd(file, path_));
  std::string text;
  if (!chain.behind.empty() && chain.behind.back() != '\n') {
    text = std::string(kTorn) + "\n";
    chain.behind += text;
  }
  AuditEntry entry;
  static_cast<AuditAct&>(entry) = act;
  entry.number = chain.number + 1;
  entry.at = formatMillis(at);
  entry.before = chain.hash;
  if (!chain.behind.empty()) entry.torn = toHex(platform::sha256(chain.behind));
  text += writeAuditLine(entry) + "\n";
  TRY_DOING(file.appendDurably(text), "the audit log");
  return entry;
}

namespace {

// Walks along the chain, line by line.
class Verifier {
 public:
  // False: the first problem is found.
  bool take(std::string_view line) {
    ++line_;
    if (line.ends_with(kTorn)) return takeTorn(line);
    const Result<AuditEntry> read = readAuditLine(line);
    if (!read.ok()) return fail(read.error().message());
    const AuditEntry& entry = read.value();
    if (entry.number != verdict_.lines + 1) {
      return fail(fmt::format(
          "number {} was expected, but this is number {}", verdict_.lines + 1, entry.number));
    }
    if (entry.before != verdict_.last_hash) {
      return fail("\"before\" is not the hash of the line before: one was changed or taken out");
    }
    if (entry.torn != (torn_.empty() ? "" : toHex(platform::sha256(torn_)))) {
      return fail("\"torn\" does not fit what a power cut left before this line");
    }
    torn_.clear();
    ++verdict_.lines;
    verdict_.last_hash = entry.hash;
    return true;
  }

  // What stands behind the last line's end.
  void takeRest(std::string_view rest) {
    if (!rest.empty()) ++verdict_.torn;
  }
  void tooLong() {
    ++line_;
    fail("the line is too long for an audit log");
  }

  AuditVerdict verdict() && { return std::move(verdict_); }

 private:
  bool takeTorn(std::string_view line) {
    torn_.append(line).append("\n");
    if (torn_.size() > kTailMax) return fail("more remains of power cuts than there can be");
    ++verdict_.torn;
    return true;
  }

  bool fail(std::string message) {
    verdict_.problem = AuditProblem{line_, std::move(message)};
    return false;
  }

  AuditVerdict verdict_{0, 0, firstBefore(), std::nullopt};
  std::string torn_;
  std::uint64_t line_ = 0;
};

}  // namespace

Result<AuditVerdict> verifyAuditLog(const std::string& path) {
  Verifier verifier;
  const Result<LockedFile> file = LockedFile::openToRead(path);
  if (!file.ok() && file.error().code() == ErrorCode::kNotFound) {
    return std::move(verifier).verdict();
  }
  if (!file.ok()) return file.error();
  const std::uint64_t size = TRY(file.value().size());
  std::string text;
  for (std::uint64_t at = 0; at < size;) {
    const std::string chunk = TRY(file.value().readAt(
        at, static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, size - at))));
    if (chunk.empty()) break;
    at += chunk.size();
    text += chunk;
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const auto line = std::string_view(text).substr(begin, end - begin);
      if (!verifier.take(line)) return std::move(verifier).verdict();
    }
    text.erase(0, begin);
    if (text.size() > kTailMax) {
      verifier.tooLong();
      return std::move(verifier).verdict();
    }
  }
  verifier.takeRest(text);
  return std::move(verifier).verdict();
}

}  // namespace tandem::access
