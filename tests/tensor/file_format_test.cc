#include "tensor/file_format.h"

#include <gtest/gtest.h>

namespace myna::tensor {
namespace {

FileFormat format(std::string_view bytes) { return file_format(std::as_bytes(std::span(bytes))); }

TEST(FileFormat, NamesStandIns) {
  EXPECT_EQ(format(""), FileFormat::kEmpty);
  EXPECT_EQ(format("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
            FileFormat::kGitLfsPointer);
  EXPECT_EQ(format("<!DOCTYPE html>\n<html>"), FileFormat::kHtml);
  EXPECT_EQ(format("\n  <HTML lang=en>"), FileFormat::kHtml);
  EXPECT_EQ(format("<?xml version=\"1.0\"?><Error>"), FileFormat::kXml);
  EXPECT_EQ(format("{\"error\": \"not found\"}"), FileFormat::kJson);
  EXPECT_EQ(format("Entry not found"), FileFormat::kText);
  EXPECT_EQ(format("\x1F\x8B\x08"), FileFormat::kArchive);
  EXPECT_EQ(format("RIFF\x10\x10\x10\x10WAVEfmt "), FileFormat::kAudio);
  EXPECT_EQ(format(std::string_view("\0\1\2\3", 4)), FileFormat::kUnknown);
}

TEST(FileFormat, NamesModels) {
  EXPECT_EQ(format("PK\3\4"), FileFormat::kTorch);
  EXPECT_EQ(format("05\3\4"), FileFormat::kTorch);
  EXPECT_EQ(format("\x80\x02\x8a\x0a"), FileFormat::kTorch);
  EXPECT_EQ(format(std::string_view("\x10\0\0\0\0\0\0\0{\"a\":{}}       ", 24)),
            FileFormat::kSafetensors);
  EXPECT_EQ(format(std::string_view("\x08\x08\x12\x07pytorch", 11)), FileFormat::kOnnx);
}

TEST(FileFormat, EveryFormatHasADescription) {
  for (int i = 0; i <= int(FileFormat::kUnknown); ++i) {
    EXPECT_FALSE(format_description(FileFormat(i)).empty());
  }
}

}  // namespace
}  // namespace myna::tensor
