// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace tandem::store {

// A file without a name: it is gone with the process, however that ends. It lies beside the file
// that it is made for, so that what it holds stays on the disk whose protection was chosen for it.
class ScratchFile {
 public:
  static Result<ScratchFile> beside(const std::string& path);
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;
  ~ScratchFile();

  // All of it, or false: behind the end, or the disk failed.
  bool read(void* into, std::size_t bytes, std::int64_t offset) const;
  bool write(const void* from, std::size_t bytes, std::int64_t offset) const;

 private:
  explicit ScratchFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace tandem::store
