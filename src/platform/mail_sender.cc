// SPDX-License-Identifier: Apache-2.0
#include "platform/mail_sender.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/bytes.h"

namespace tandem::platform {
namespace {

constexpr std::size_t kLine = 76;  // RFC 2045 section 6.8

struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct EasyFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

bool isPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

// RFC 2047: a header holds ASCII alone, and a line feed would begin another one.
std::string headerText(std::string_view text) {
  if (isPlain(text)) return std::string(text);
  constexpr std::size_t kWord = 42;  // bytes of one encoded word: 75 characters at most
  std::string encoded;
  while (!text.empty()) {
    std::size_t length = std::min(kWord, text.size());
    // Not within a letter.
    while (length > 1 && length < text.size() &&
           (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
      --length;
    encoded += fmt::format(
        "{}=?UTF-8?B?{}?=", encoded.empty() ? "" : "\r\n ", toBase64(text.substr(0, length)));
    text.remove_prefix(length);
  }
  return encoded;
}

std::string dateText(std::int64_t at) {
  const auto time = static_cast<std::time_t>(at);
  std::tm parts{};
  gmtime_r(&time, &parts);
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                     kDays.at(static_cast<std::size_t>(parts.tm_wday)),
                     parts.tm_mday,
                     kMonths.at(static_cast<std::size_t>(parts.tm_mon)),
                     parts.tm_year + 1900,
                     parts.tm_hour,
                     parts.tm_min,
                     parts.tm_sec);
}

struct Upload {
  std::string bytes;
  std::size_t sent = 0;
};

std::size_t onSend(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& upload = *static_cast<Upload*>(context);
  const std::size_t length = std::min(size * count, upload.bytes.size() - upload.sent);
  std::memcpy(buffer, upload.bytes.data() + upload.sent, length);
  upload.sent += length;
  return length;
}

ErrorCode codeOf(CURLcode result) {
  if (result == CURLE_LOGIN_DENIED) return ErrorCode::kUnauthenticated;
  if (result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR) return ErrorCode::kUnavailable;
  if (result == CURLE_URL_MALFORMAT) return ErrorCode::kInvalidArgument;
  return ErrorCode::kUnavailable;
}

Error failure(const MailServer& server, CURLcode result, const char* detail) {
  const std::string why = detail[0] == '\0' ? curl_easy_strerror(result) : detail;
  return Error(codeOf(result), fmt::format("no mail was sent by {}: {}", server.url, why));
}

}  // namespace

std::string composeMail(const Mail& mail) {
  std::string to;
  for (const std::string& address : mail.to)
    to += (to.empty() ? "" : ", ") + address;
  std::string message = fmt::format(
      "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\n"
      "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
      dateText(mail.sent_at),
      mail.from,
      to,
      headerText(mail.subject),
      mail.message_id);
  const std::string body = toBase64(mail.text);
  for (std::size_t at = 0; at < body.size(); at += kLine)
    message += body.substr(at, kLine) + "\r\n";
  return message;
}

Result<void> sendMail(const MailServer& server, const Mail& mail) {
  const std::unique_ptr<CURL, EasyFree> owned(curl_easy_init());
  CURL* const easy = owned.get();
  if (easy == nullptr) return Error(ErrorCode::kInternal, "libcurl cannot be used");
  Upload upload{composeMail(mail)};
  std::unique_ptr<curl_slist, ListFree> recipients;
  for (const std::string& address : mail.to) {
    curl_slist* const longer = curl_slist_append(recipients.get(), ("<" + address + ">").c_str());
    static_cast<void>(recipients.release());
    recipients.reset(longer);
  }
  std::array<char, CURL_ERROR_SIZE> error_text{};
  const std::string from = "<" + mail.from + ">";
  curl_easy_setopt(easy, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, onSend);
  curl_easy_setopt(easy, CURLOPT_READDATA, &upload);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text.data());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(server.timeout.count()));
  if (!server.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, server.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // trust this file alone
  }
  const std::string password(server.password.reveal());
  if (!server.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
  }
  const CURLcode result = curl_easy_perform(easy);
  if (result != CURLE_OK) return failure(server, result, error_text.data());
  return {};
}

}  // namespace tandem::platform
