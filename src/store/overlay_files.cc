// SPDX-License-Identifier: Apache-2.0
#include "store/overlay_files.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <fstream>
#include <new>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/check.h"

namespace tandem::store {
namespace {

sqlite3_vfs* real() {
  return sqlite3_vfs_find(nullptr);
}

// The real database file, opened by SQLite's own hand: closing a descriptor of ours would drop the
// locks that this process holds on it (POSIX).
class RealFile {
 public:
  int open(const char* path) {
    memory_.assign(static_cast<std::size_t>(real()->szOsFile), '\0');
    const int code =
        real()->xOpen(real(), path, file(), SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY, nullptr);
    is_open_ = code == SQLITE_OK;
    return code;
  }
  ~RealFile() {
    if (is_open_) file()->pMethods->xClose(file());
  }
  RealFile() = default;
  RealFile(const RealFile&) = delete;
  RealFile& operator=(const RealFile&) = delete;

  int read(void* into, int bytes, std::int64_t offset) {
    return file()->pMethods->xRead(file(), into, bytes, offset);
  }
  std::int64_t size() {
    sqlite3_int64 bytes = 0;
    file()->pMethods->xFileSize(file(), &bytes);
    return bytes;
  }

 private:
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  std::vector<char> memory_;
  bool is_open_ = false;
};

// One file of a copy. Without a real one below it, it is the scratch file alone.
class OverlayFile {
 public:
  explicit OverlayFile(ScratchFile scratch) : scratch_(std::move(scratch)) {}

  int openReal(const char* path) {
    below_ = std::make_unique<RealFile>();
    if (const int code = below_->open(path); code != SQLITE_OK) return code;
    std::array<unsigned char, 18> header{};
    const int code = below_->read(header.data(), header.size(), 0);
    if (code != SQLITE_OK) return code;
    page_bytes_ = header[16] << 8 | header[17];  // SQLite's file format, 1.3.2: 1 is 65,536
    if (page_bytes_ == 1) page_bytes_ = 65536;
    if (page_bytes_ < 512) return SQLITE_NOTADB;
    size_ = below_->size();
    return SQLITE_OK;
  }
  int copyFrom(const ScratchFile& other, std::int64_t bytes) {
    std::vector<char> buffer(1 << 20);
    for (std::int64_t at = 0; at < bytes;) {
      const auto part = static_cast<std::size_t>(
          std::min<std::int64_t>(static_cast<std::int64_t>(buffer.size()), bytes - at));
      if (!other.read(buffer.data(), part, at)) return SQLITE_IOERR_READ;
      if (!scratch_.write(buffer.data(), part, at)) return SQLITE_FULL;
      at += static_cast<std::int64_t>(part);
    }
    size_ = bytes;
    return SQLITE_OK;
  }

  int read(char* into, int bytes, std::int64_t offset) {
    const std::int64_t there = std::clamp<std::int64_t>(size_ - offset, 0, bytes);
    std::memset(into + there, 0, static_cast<std::size_t>(bytes - there));
    if (there > 0) {
      // SQLite reads a page or a part of one, never across.
      if (below_ && !isWritten(offset / page_bytes_)) {
        const int code = below_->read(into, static_cast<int>(there), offset);
        if (code != SQLITE_OK) return code;
      } else if (!scratch_.read(into, static_cast<std::size_t>(there), offset)) {
        return SQLITE_IOERR_READ;
      }
    }
    return there == bytes ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  int write(const void* from, int bytes, std::int64_t offset) {
    if (below_) {
      TANDEM_CHECK(bytes == page_bytes_ && offset % page_bytes_ == 0);
      const auto page = static_cast<std::size_t>(offset / page_bytes_);
      if (page >= written_.size()) written_.resize(page + page / 2 + 64, false);
      written_[page] = true;
    }
    if (!scratch_.write(from, static_cast<std::size_t>(bytes), offset)) return SQLITE_FULL;
    size_ = std::max(size_, offset + bytes);
    return SQLITE_OK;
  }
  void truncate(std::int64_t bytes) { size_ = std::min(size_, bytes); }
  std::int64_t size() const { return size_; }

 private:
  bool isWritten(std::int64_t page) const {
    const auto at = static_cast<std::size_t>(page);
    return at < written_.size() && written_[at];
  }

  ScratchFile scratch_;
  std::unique_ptr<RealFile> below_;
  std::int64_t page_bytes_ = 0;
  std::vector<bool> written_;
  std::int64_t size_ = 0;
};

struct OpenFile {  // what SQLite allocates for us
  sqlite3_file base;
  OverlayFile* file;
};

OverlayFile& fileOf(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file)->file;
}

const sqlite3_io_methods* methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods all{};
    all.iVersion = 1;  // no shared memory, no mapping
    all.xClose = [](sqlite3_file* file) {
      delete &fileOf(file);
      return SQLITE_OK;
    };
    all.xRead = [](sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
      return fileOf(file).read(static_cast<char*>(into), bytes, offset);
    };
    all.xWrite = [](sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
      return fileOf(file).write(from, bytes, offset);
    };
    all.xTruncate = [](sqlite3_file* file, sqlite3_int64 bytes) {
      fileOf(file).truncate(bytes);
      return SQLITE_OK;
    };
    all.xSync = [](sqlite3_file*, int) { return SQLITE_OK; };  // it ends with the process anyway
    all.xFileSize = [](sqlite3_file* file, sqlite3_int64* bytes) {
      *bytes = fileOf(file).size();
      return SQLITE_OK;
    };
    all.xLock = [](sqlite3_file*, int) { return SQLITE_OK; };
    all.xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; };
    all.xCheckReservedLock = [](sqlite3_file*, int* reserved) {
      *reserved = 0;
      return SQLITE_OK;
    };
    all.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
    all.xSectorSize = [](sqlite3_file*) { return 4096; };
    all.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };
    return all;
  }();
  return &kMethods;
}

constexpr std::size_t kLogHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::size_t kSaltAt = 16;  // in the log's header
constexpr std::size_t kFrameSaltAt = 8;
constexpr std::size_t kSaltBytes = 8;

std::uint32_t bigEndian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string readAt(std::ifstream& file, std::int64_t offset, std::size_t bytes) {
  std::string part(bytes, '\0');
  file.clear();
  file.seekg(offset);
  file.read(part.data(), static_cast<std::streamsize>(bytes));
  part.resize(static_cast<std::size_t>(file.gcount()));
  return part;
}

}  // namespace

OverlayFiles::OverlayFiles(ScratchFile log) : log_(std::move(log)) {
  static std::atomic<std::uint64_t> made{0};
  name_ = fmt::format("tandem-copy-{}", ++made);
  vfs_ = std::make_unique<sqlite3_vfs>(*real());
  vfs_->szOsFile = std::max<int>(real()->szOsFile, sizeof(OpenFile));
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = OverlayFiles::open;
  vfs_->xDelete = [](sqlite3_vfs*, const char*, int) { return SQLITE_OK; };
  // Neither a log nor a journal is found by its name: the header of the file says "log".
  vfs_->xAccess = [](sqlite3_vfs*, const char*, int, int* found) {
    *found = 0;
    return SQLITE_OK;
  };
  // These look at pAppData, which is ours.
  vfs_->xFullPathname = [](sqlite3_vfs*, const char* path, int bytes, char* out) {
    return real()->xFullPathname(real(), path, bytes, out);
  };
  sqlite3_vfs_register(vfs_.get(), /*makeDflt=*/0);
}

OverlayFiles::~OverlayFiles() {
  sqlite3_vfs_unregister(vfs_.get());
}

Result<std::unique_ptr<OverlayFiles>> OverlayFiles::over(const std::string& path) {
  std::unique_ptr<OverlayFiles> files(new OverlayFiles(TRY(ScratchFile::beside(path))));
  TRY(files->copyLog(path));
  return files;
}

int OverlayFiles::open(
    sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
  const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
  auto* opened = reinterpret_cast<OpenFile*>(file);
  opened->base.pMethods = nullptr;
  if (!is_log && (flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  Result<ScratchFile> scratch = ScratchFile::beside(path);
  if (!scratch.ok()) return SQLITE_CANTOPEN;
  auto overlay = std::make_unique<OverlayFile>(std::move(scratch).value());
  const auto& files = *static_cast<OverlayFiles*>(vfs->pAppData);
  const int code =
      is_log ? overlay->copyFrom(files.log_, files.log_bytes_) : overlay->openReal(path);
  if (code != SQLITE_OK) return code;
  opened->file = overlay.release();
  opened->base.pMethods = methods();
  if (out != nullptr) *out = flags;
  return SQLITE_OK;
}

Result<void> OverlayFiles::copyLog(const std::string& path) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    if (TRY(tryCopyLog(path))) return {};
  }
  return Error(ErrorCode::kUnavailable,
               fmt::format("{}-wal starts anew all the time: run the command again", path));
}

// A log that starts anew gets another header before anything else, so one that had the same header
// before and after did not start anew in between. What a writer is adding just then has no valid
// end yet, and SQLite leaves it out.
Result<bool> OverlayFiles::tryCopyLog(const std::string& path) {
  log_bytes_ = 0;
  std::ifstream file(path + "-wal", std::ios::binary);
  if (!file) return true;  // no log: everything is in the file
  const std::string header = readAt(file, 0, kLogHeader);
  if (header.size() < kLogHeader) return true;
  if (!log_.write(header.data(), header.size(), 0)) {
    return Error(ErrorCode::kStorageFull, "the disk of the home folder is full: free space on it");
  }
  log_bytes_ = kLogHeader;
  const std::size_t frame_bytes = kFrameHeader + bigEndian(header.data() + 8);
  for (;;) {
    const std::string frame = readAt(file, log_bytes_, frame_bytes);
    // Frames with another salt are what an earlier log has left behind.
    const bool ours = frame.size() == frame_bytes &&
                      frame.compare(kFrameSaltAt, kSaltBytes, header, kSaltAt, kSaltBytes) == 0;
    if (!ours) break;
    if (!log_.write(frame.data(), frame.size(), log_bytes_)) {
      return Error(ErrorCode::kStorageFull,
                   "the disk of the home folder is full: free space on it");
    }
    log_bytes_ += static_cast<std::int64_t>(frame_bytes);
  }
  std::ifstream again(path + "-wal", std::ios::binary);
  return readAt(again, 0, kLogHeader) == header;
}

}  // namespace tandem::store
