// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myna {

/// Byte offset of the first byte that does not belong to a valid sequence, or nothing.
std::optional<size_t> find_invalid_utf8(std::string_view text);

/// Throws Error(kInvalidText) naming the byte offset. `subject`: file or field.
void require_utf8(std::string_view text, const std::string& subject = {});

/// Code point at byte `offset`, which is advanced past it. Invalid input: throws
/// Error(kInvalidText) with the offset.
char32_t next_code_point(std::string_view text, size_t& offset);

/// All code points; throws Error(kInvalidText) with the offset of bad bytes.
std::u32string decode_utf8(std::string_view text);

/// Surrogates and values above U+10FFFF throw Error(kInvalidText).
void append_utf8(std::string& out, char32_t code_point);
std::string encode_utf8(std::u32string_view code_points);

/// Number of code points of valid UTF-8.
size_t count_code_points(std::string_view text);

}  // namespace myna
