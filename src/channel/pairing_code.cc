// SPDX-License-Identifier: Apache-2.0
#include "channel/pairing_code.h"

#include "platform/signing.h"

namespace tandem::channel {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kCharacters = 16;
constexpr std::size_t kGroup = 4;

char normalize(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

}  // namespace

std::string newPairingCode() {
  const std::string random = platform::randomBytes(kCharacters);
  std::string code;
  for (std::size_t i = 0; i < kCharacters; ++i) {
    if (i > 0 && i % kGroup == 0) code += '-';
    code += kAlphabet[static_cast<unsigned char>(random[i]) % kAlphabet.size()];  // 256 = 8 × 32
  }
  return code;
}

Result<std::string> keyOfPairingCode(std::string_view typed) {
  std::string code;
  bool is_good = true;
  for (const char c : typed) {
    if (c == '-' || c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    code += normalize(c);
    is_good = is_good && kAlphabet.find(code.back()) != std::string_view::npos;
  }
  if (!is_good || code.size() != kCharacters) {
    return Error(ErrorCode::kInvalidArgument,
                 "that is no pairing code: it has four groups of four letters and digits, as "
                 "'tandem pair invite' printed them");
  }
  return platform::sha256("tandem pairing code 1\n" + code);
}

}  // namespace tandem::channel
