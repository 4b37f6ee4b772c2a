// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target over files and folders, for compilers without a fuzzer of their own.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <fmt/core.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

int replay(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return 1;
  // The crash is the answer: whoever reads the log must know which input it was.
  fmt::print("{}\n", file.string());
  return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  int failures = 0;
  for (int i = 1; i < argc; ++i) {
    const std::filesystem::path path = argv[i];
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      failures += replay(path) == 0 ? 0 : 1;
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      if (entry.is_regular_file()) failures += replay(entry.path()) == 0 ? 0 : 1;
    }
  }
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
