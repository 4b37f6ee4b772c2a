// SPDX-License-Identifier: Apache-2.0
#include "platform/http_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "platform/http_error_text.h"
#include "platform/signing.h"

namespace tandem::platform {
namespace {

struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct EasyFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiFree {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using EasyPtr = std::unique_ptr<CURL, EasyFree>;

// One request in flight. libcurl keeps pointers into it, so it never moves.
struct Transfer {
  HttpRequestId id{};
  HttpRequest request;
  HttpCallback callback;
  HttpResponse response;
  std::size_t sent = 0;
  std::size_t response_limit = 0;
  bool too_large = false;
  std::unique_ptr<curl_slist, ListFree> header_list;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  EasyPtr easy;
};

std::size_t onBody(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = size * count;
  if (transfer.response.body.size() + length > transfer.response_limit) {
    transfer.too_large = true;
    return 0;  // ends the transfer with CURLE_WRITE_ERROR
  }
  transfer.response.body.append(bytes, length);
  return length;
}

std::size_t onHeader(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view line = trimAscii({bytes, size * count});
  if (line.rfind("HTTP/", 0) == 0) {  // a new answer: what came before was a proxy's or "100"
    transfer.response.headers.clear();
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    transfer.response.headers.emplace_back(line.substr(0, colon),
                                           trimAscii(line.substr(colon + 1)));
  }
  return size * count;
}

// The body goes through a callback without a way back on purpose: libcurl sends a request again by
// itself when a kept connection dies before the answer, and it can do so only when it can rewind.
std::size_t onSend(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t length = std::min(size * count, transfer.request.body.size() - transfer.sent);
  std::copy_n(transfer.request.body.data() + transfer.sent, length, buffer);
  transfer.sent += length;
  return length;
}

class CurlHttpClient final : public HttpClient {
 public:
  // pin: what libcurl calls the hash of a public key: "sha256//base64"; empty: any.
  CurlHttpClient(CURLM* multi, HttpClientOptions options, std::string pin)
      : options_(std::move(options)), pin_(std::move(pin)), multi_(multi) {
    const auto connections = static_cast<long>(options_.connections_max);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, connections);
    curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  }

  ~CurlHttpClient() override {
    for (auto& [id, transfer] : transfers_) {
      curl_multi_remove_handle(multi_.get(), transfer->easy.get());
    }
    transfers_.clear();
    spare_.clear();
  }

  HttpRequestId submit(HttpRequest request, HttpCallback callback) override;
  void cancel(HttpRequestId id) override;
  void poll(std::chrono::milliseconds at_most) override;
  std::size_t inFlight() const override { return transfers_.size(); }

 private:
  EasyPtr takeEasy();
  void prepare(Transfer& transfer) const;
  void prepareTrust(CURL* easy) const;
  void prepareBody(Transfer& transfer) const;
  bool finishSome();
  HttpAnswer answerOf(Transfer& transfer, CURLcode code) const;

  HttpClientOptions options_;
  std::string pin_;
  std::unique_ptr<CURLM, MultiFree> multi_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::vector<EasyPtr> spare_;  // handles keep their buffers, so a new request allocates little
  std::uint64_t last_id_ = 0;
};

EasyPtr CurlHttpClient::takeEasy() {
  if (spare_.empty()) return EasyPtr(curl_easy_init());
  EasyPtr easy = std::move(spare_.back());
  spare_.pop_back();
  curl_easy_reset(easy.get());
  return easy;
}

void CurlHttpClient::prepareBody(Transfer& transfer) const {
  CURL* easy = transfer.easy.get();
  const HttpRequest& request = transfer.request;
  if (request.method == "GET" && request.body.empty()) return;
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request.body.empty() || request.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, onSend);
    curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(
        easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method != "POST") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

void CurlHttpClient::prepareTrust(CURL* easy) const {
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // trust this file alone
  }
  if (!options_.certificate_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, options_.certificate_file.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, options_.private_key_file.c_str());
  }
  if (options_.pinned_certificate.empty()) return;
  // Two locks, either of which would do: the certificate is the only trust anchor (so that its
  // dates are checked too), and the key must be the one in it. Its name says who it is, not where.
  std::string pem = options_.pinned_certificate;
  curl_blob blob{pem.data(), pem.size(), CURL_BLOB_COPY};
  curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, pin_.c_str());
}

void CurlHttpClient::prepare(Transfer& transfer) const {
  CURL* easy = transfer.easy.get();
  const HttpRequest& request = transfer.request;
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no 100-continue round trip
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  transfer.header_list.reset(list);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A peer that lost its power does not say so, and some answers may take half an hour.
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error_text.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, onBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, onHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L * 1024L);
  curl_easy_setopt(
      easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  const auto total = request.total_timeout.value_or(options_.total_timeout);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(total.count()));
  curl_easy_setopt(
      easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options_.low_speed_bytes_per_second));
  curl_easy_setopt(
      easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.low_speed_time.count()));
  prepareTrust(easy);
  if (!options_.unix_socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, options_.unix_socket.c_str());
  }
  if (options_.proxy) curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy->c_str());
  prepareBody(transfer);
}

HttpRequestId CurlHttpClient::submit(HttpRequest request, HttpCallback callback) {
  auto transfer = std::make_unique<Transfer>();
  transfer->id = HttpRequestId{++last_id_};
  transfer->request = std::move(request);
  transfer->callback = std::move(callback);
  transfer->response_limit = options_.response_limit;
  transfer->easy = takeEasy();
  TANDEM_CHECK(transfer->easy != nullptr);
  prepare(*transfer);
  TANDEM_CHECK(curl_multi_add_handle(multi_.get(), transfer->easy.get()) == CURLM_OK);
  const HttpRequestId id = transfer->id;
  transfers_.emplace(last_id_, std::move(transfer));
  return id;
}

void CurlHttpClient::cancel(HttpRequestId id) {
  const auto found = transfers_.find(static_cast<std::uint64_t>(id));
  if (found == transfers_.end()) return;
  curl_multi_remove_handle(multi_.get(), found->second->easy.get());
  transfers_.erase(found);
}

HttpAnswer CurlHttpClient::answerOf(Transfer& transfer, CURLcode code) const {
  CURL* easy = transfer.easy.get();
  if (code == CURLE_OK) {
    long status = 0;
    curl_off_t elapsed = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &elapsed);
    transfer.response.status = static_cast<int>(status);
    transfer.response.elapsed = std::chrono::microseconds(elapsed);
    return std::move(transfer.response);
  }
  FailedTransfer failed;
  failed.code = static_cast<int>(code);
  failed.url = transfer.request.url;
  failed.reason = transfer.error_text.data();
  failed.too_large_limit = transfer.too_large ? transfer.response_limit : 0;
  curl_off_t sending_since = 0;
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &sending_since);
  failed.was_sending = sending_since > 0;
  long os_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
  failed.os_error = static_cast<int>(os_error);
  curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &failed.verify_result);
  return describe(failed);
}

bool CurlHttpClient::finishSome() {
  bool any = false;
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    char* context = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
    const auto id = static_cast<std::uint64_t>(reinterpret_cast<Transfer*>(context)->id);
    curl_multi_remove_handle(multi_.get(), message->easy_handle);  // message is gone after this
    const auto found = transfers_.find(id);
    const std::unique_ptr<Transfer> transfer = std::move(found->second);
    transfers_.erase(found);
    HttpAnswer answer = answerOf(*transfer, code);
    spare_.push_back(std::move(transfer->easy));
    transfer->callback(std::move(answer));  // last: it may submit or cancel
    any = true;
  }
  return any;
}

void CurlHttpClient::poll(std::chrono::milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (true) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    if (finishSome()) return;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(left.count()), nullptr);
  }
}

}  // namespace

HttpAnswer HttpClient::send(HttpRequest request) {
  std::optional<HttpAnswer> answer;
  submit(std::move(request), [&answer](HttpAnswer given) { answer = std::move(given); });
  while (!answer)
    poll(std::chrono::milliseconds(1000));
  return std::move(*answer);
}

Result<std::unique_ptr<HttpClient>> openHttpClient(HttpClientOptions options) {
  // Not thread-safe in old versions of libcurl, hence inside a static's initialisation.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return Error(ErrorCode::kInternal, "libcurl does not start");
  std::error_code failed;
  if (!options.ca_file.empty() && !std::filesystem::is_regular_file(options.ca_file, failed)) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the CA file {} cannot be read: give the path of a PEM file with the "
                             "certificates to trust",
                             options.ca_file));
  }
  std::string pin;
  if (!options.pinned_certificate.empty()) {
    pin = "sha256//" + toBase64(TRY(publicKeyHash(options.pinned_certificate)));
  }
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) return Error(ErrorCode::kInternal, "libcurl does not start");
  return std::unique_ptr<HttpClient>(new CurlHttpClient(multi, std::move(options), std::move(pin)));
}

}  // namespace tandem::platform
