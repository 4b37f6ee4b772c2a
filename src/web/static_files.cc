// SPDX-License-Identifier: Apache-2.0
#include "web/static_files.h"

#include <zlib.h>

#include "base/text.h"
#include "web/answer.h"

namespace tandem::web {
namespace {

constexpr std::string_view kIndex = "/index.html";

std::string inflateGzip(std::string_view gzip) {
  constexpr int kGzipWindow = 15 + 16;
  z_stream stream{};
  if (::inflateInit2(&stream, kGzipWindow) != Z_OK) return {};
  std::string in(gzip);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  std::string out;
  char buffer[16384];
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    code = ::inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  ::inflateEnd(&stream);
  return out;
}

bool acceptsGzip(const platform::ServerRequest& request) {
  return toLowerAscii(request.header("Accept-Encoding")).find("gzip") != std::string::npos;
}

// Names of built files change with their content, that of the page does not.
std::string_view cachingOf(std::string_view path) {
  return path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

}  // namespace

StaticFiles::StaticFiles(std::span<const ConsoleFile> files) {
  for (const ConsoleFile& file : files)
    files_.emplace(file.path, &file);
}

platform::ServerResponse StaticFiles::answer(const platform::ServerRequest& request,
                                             std::string_view path) const {
  auto found = files_.find(path);
  const std::string_view last = path.substr(std::min(path.rfind('/') + 1, path.size()));
  if (found == files_.end() && last.find('.') == std::string_view::npos)
    found = files_.find(kIndex);
  if (found == files_.end()) return errorAnswer(404, "not_found", "there is no such page");
  if (request.method != "GET" && request.method != "HEAD") {
    platform::ServerResponse answer = errorAnswer(405, "not_allowed", "pages are only read");
    answer.headers.emplace_back("Allow", "GET, HEAD");
    return answer;
  }
  const ConsoleFile& file = *found->second;
  platform::ServerResponse answer;
  answer.headers = {{"Cache-Control", std::string(cachingOf(file.path))},
                    {"ETag", std::string(file.etag)},
                    {"Vary", "Accept-Encoding"}};
  if (request.header("If-None-Match") == file.etag) {
    answer.status = 304;
    return answer;
  }
  answer.headers.emplace_back("Content-Type", std::string(file.content_type));
  if (acceptsGzip(request)) {
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.body = std::string(file.gzip);
  } else {
    answer.body = inflateGzip(file.gzip);
  }
  return answer;
}

}  // namespace tandem::web
