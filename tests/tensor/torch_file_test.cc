#include "tensor/torch_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/torch_writer.h"

namespace myna::tensor {
namespace {

using myna::testing::little_endian;
using myna::testing::PickleWriter;
using myna::testing::zip_of;
using ::testing::HasSubstr;

TorchFile read(const std::string& bytes, bool verify = true) {
  auto owner = std::make_shared<const std::string>(bytes);
  return TorchFile(std::as_bytes(std::span(*owner)), owner, "a.pth", {verify});
}

/// The message with which the bytes are refused.
std::string refusal(const std::string& bytes, ErrorCode code = ErrorCode::kInvalidModel) {
  try {
    read(bytes);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_EQ(error.subject(), "a.pth");
    return error.message();
  }
  ADD_FAILURE() << "was read";
  return "";
}

/// An archive whose pickle is `opcodes`, with one storage of `data`.
std::string archive(const std::string& opcodes, const std::string& data = {}) {
  return zip_of({{"a/data.pkl", "\x80\x02" + opcodes + "."}, {"a/data/0", data}});
}

/// BINUNICODE of `value`.
std::string text(const std::string& value) { return "X" + little_endian(value.size(), 4) + value; }

HostTensor numbers() { return HostTensor::from_floats({2, 3}, {1, 2, 3, 4, 5, 6}); }

/// A view of a storage of 6 floats.
std::string view(int64_t offset, const std::vector<int64_t>& shape,
                 const std::vector<int64_t>& strides) {
  PickleWriter writer;
  writer.raw("\x80\x02");
  writer.global("torch._utils", "_rebuild_tensor_v2");
  writer.raw("(");
  writer.storage("FloatStorage", "0", 6);
  writer.integer(offset);
  writer.sizes(shape);
  writer.sizes(strides);
  writer.raw("\x89}tR.");
  const HostTensor stored = numbers();
  const auto bytes = stored.bytes();
  return zip_of({{"a/data.pkl", writer.opcodes()},
                 {"a/data/0", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}}});
}

TEST(TorchFile, ReadsWhatTheTrainersSave) {
  const Json config = {{"model", {{"version", "v2"}, {"rates", {10, 8}}, {"dropout", 0.1}}},
                       {"name", "八哥"},
                       {"none", nullptr},
                       {"flag", true}};
  for (const bool hparams : {false, true}) {
    const TorchFile file = read(
        myna::testing::checkpoint_of({{"x", numbers()}}, config, hparams, "", {{"lora_rank", 8}}));
    EXPECT_EQ(file.container(), TorchContainer::kZip);
    EXPECT_EQ(file.mark(), "");
    EXPECT_EQ(file.root().find("config").to_json("a.pth"), config);
    EXPECT_EQ(file.root().find("config").is(PickleKind::kObject), hparams);
    EXPECT_EQ(file.root().find("lora_rank").integer(), 8);
    const HostTensor x = file.tensor(file.root().find("weight").find("x"));
    EXPECT_EQ(x.shape(), (Shape{2, 3}));
    EXPECT_EQ(x.to_floats(), numbers().to_floats());
  }
}

TEST(TorchFile, KeepsTheVersionMark) {
  const TorchFile file = read(myna::testing::checkpoint_of({{"x", numbers()}}, {}, false, "05"));
  EXPECT_EQ(file.mark(), "05");
  EXPECT_THAT(refusal(myna::testing::checkpoint_of({{"x", numbers()}}, {}, false, "07")),
              HasSubstr("known mark"));
}

TEST(TorchFile, ReadsTheOlderFormat) {
  PickleWriter writer(true);
  writer.tensors({{"x", numbers()}, {"y", HostTensor::from_ints({2}, {7, -7})}});
  const std::string bytes = writer.legacy_file();
  const TorchFile file = read(bytes);
  EXPECT_EQ(file.container(), TorchContainer::kLegacy);
  EXPECT_EQ(file.tensor(file.root().find("x")).to_floats(), numbers().to_floats());
  EXPECT_EQ(file.tensor(file.root().find("y")).to_ints(), (std::vector<int64_t>{7, -7}));
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_THROW(read(bytes.substr(0, n)), Error) << n;
  EXPECT_THAT(refusal(bytes + "x"), HasSubstr("follow its last storage"));
  std::string wrong = bytes;
  wrong[4] = '\0';
  EXPECT_THAT(refusal(wrong), HasSubstr("magic number"));
}

TEST(TorchFile, AlignedTensorsAreViewsOfTheFile) {
  auto owner = std::make_shared<const std::string>(
      myna::testing::checkpoint_of({{"x", numbers()}}, Json::object()));
  // A string on the heap is aligned, and so is the data in the archive.
  const TorchFile file(std::as_bytes(std::span(*owner)), owner, "a.pth");
  const HostTensor x = file.tensor(file.root().find("weight").find("x"));
  const auto* data = reinterpret_cast<const char*>(x.bytes().data());
  EXPECT_GE(data, owner->data());
  EXPECT_LT(data, owner->data() + owner->size());
}

TEST(TorchFile, TensorsOutliveTheFile) {
  HostTensor x;
  {
    const TorchFile file = read(myna::testing::checkpoint_of({{"x", numbers()}}, Json::object()));
    x = file.tensor(file.root().find("weight").find("x"));
  }
  EXPECT_EQ(x.to_floats(), numbers().to_floats());
}

TEST(TorchFile, ReadsStridedAndSharedViews) {
  const auto values = [](const std::string& bytes) {
    const TorchFile file = read(bytes);
    return file.tensor(file.root()).to_floats();
  };
  EXPECT_EQ(values(view(0, {3, 2}, {1, 3})), (std::vector<float>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(values(view(1, {2}, {3})), (std::vector<float>{2, 5}));
  EXPECT_EQ(values(view(3, {3}, {1})), (std::vector<float>{4, 5, 6}));
  EXPECT_EQ(values(view(2, {2, 2}, {0, 1})), (std::vector<float>{3, 4, 3, 4}));
  EXPECT_EQ(values(view(5, {}, {})), (std::vector<float>{6}));
  EXPECT_EQ(values(view(6, {0, 4}, {4, 1})), (std::vector<float>{}));
  // The stride of a dimension of one is never taken, whatever it is.
  EXPECT_EQ(values(view(0, {1, 6}, {INT64_MAX, 1})).size(), 6u);
}

TEST(TorchFile, RefusesViewsBeyondTheirStorage) {
  EXPECT_THAT(refusal(view(1, {2, 3}, {3, 1})), HasSubstr("beyond its storage"));
  EXPECT_THAT(refusal(view(7, {0}, {1})), HasSubstr("beyond its storage"));
  EXPECT_THAT(refusal(view(-1, {1}, {1})), HasSubstr("beyond its storage"));
  EXPECT_THAT(refusal(view(0, {2}, {-1})), HasSubstr("no natural number"));
  EXPECT_THAT(refusal(view(0, {2, 2}, {INT64_MAX, INT64_MAX})), HasSubstr("too large"));
  EXPECT_THAT(refusal(view(0, {int64_t{1} << 40, 6}, {0, 1})), HasSubstr("expands"));
  EXPECT_THAT(refusal(view(0, {6}, {1, 1})), HasSubstr("one stride per size"));
}

TEST(TorchFile, NamesForeignGlobalsAndOpcodesAndTheirPlace) {
  EXPECT_THAT(refusal(archive("cos\nsystem\n(" + text("true") + "tR")),
              AllOf(HasSubstr("\"os.system\""), HasSubstr("(byte ")));
  EXPECT_THAT(refusal(archive("\x8c\2os\x8c\6system\x93")), HasSubstr("\"os.system\""));
  EXPECT_THAT(refusal(archive("cutils\nHParams.__init__\n")), HasSubstr("HParams.__init__"));
  EXPECT_THAT(refusal(archive("(ios\nsystem\n")), HasSubstr("opcode 105"));
  EXPECT_THAT(refusal(archive("\x82\1")), HasSubstr("opcode 130"));
}

TEST(TorchFile, ObjectsGetPlainAttributesOnce) {
  const std::string object = "cutils\nHParams\n)\x81";
  EXPECT_EQ(read(archive(object + "}" + text("a") + "K\7sb")).root().find("a").integer(), 7);
  EXPECT_THAT(refusal(archive(object + "}" + text("__class__") + "Nsb")),
              HasSubstr("not an ordinary name"));
  EXPECT_THAT(refusal(archive(object + "}" + text("a") + "cutils\nHParams\nsb")),
              HasSubstr("is a class or function"));
  EXPECT_THAT(refusal(archive(object + "}" + text("a") + "Nsb}" + text("a") + "Nsb")),
              HasSubstr("twice"));
  EXPECT_THAT(refusal(archive("}" + text("evil") + "Ns}" + text("evil") + "Nsb")),
              HasSubstr("a dictionary has the attribute"));
}

TEST(TorchFile, RefusesBrokenPrograms) {
  EXPECT_THAT(refusal(zip_of({{"a/data.pkl", ""}})), HasSubstr("empty"));
  EXPECT_THAT(refusal(zip_of({{"a/data.pkl", "\x80\x63N."}})), HasSubstr("protocol"));
  EXPECT_THAT(refusal(archive("0")), HasSubstr("runs empty"));
  EXPECT_THAT(refusal(archive("(N")), HasSubstr("middle of a value"));
  EXPECT_THAT(refusal(archive("NNa")), HasSubstr("not a list"));
  EXPECT_THAT(refusal(archive("}]Ns")), HasSubstr("key of a dict"));
  EXPECT_THAT(refusal(archive("h\1")), HasSubstr("never set"));
  EXPECT_THAT(refusal(archive(text("\xff\xfe"))), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal(archive("X\xff\xff\xff\x7f")), HasSubstr("more bytes are wanted"));
}

TEST(TorchFile, IntegersOfAllSizes) {
  EXPECT_EQ(read(archive(std::string("J\xff\xff\xff\xff", 5))).root().integer(), -1);
  EXPECT_EQ(read(archive(std::string("\x8a\0", 2))).root().integer(), 0);
  EXPECT_EQ(read(archive("\x8a\2\x18\xfc")).root().integer(), -1000);
  const TorchFile big = read(archive("\x8a\x09" + std::string(8, '\0') + "\1"));
  EXPECT_EQ(big.root().text(), "18446744073709551616");
  const TorchFile small = read(archive("\x8a\x09" + std::string(8, '\0') + "\xff"));
  EXPECT_EQ(small.root().text(), "-18446744073709551616");
}

TEST(TorchFile, ConfigurationsThatHoldThemselvesAreNotWrittenOut) {
  const TorchFile file = read(archive("]q\1h\1a"));
  EXPECT_THROW(file.root().to_json("a.pth"), Error);
}

TEST(TorchFile, EveryTruncationAndEveryFlippedByteIsReadOrRefused) {
  const std::string whole =
      myna::testing::checkpoint_of({{"x", numbers()}}, {{"a", {1, "b"}}}, true);
  for (size_t n = 0; n < whole.size(); ++n) {
    EXPECT_THROW(read(whole.substr(0, n)), Error) << n;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string bytes = whole;
      bytes[i] = char(bytes[i] ^ flip);
      try {
        const TorchFile file = read(bytes, false);
        const PickleValue x = file.root().find("weight").find("x");
        if (x.is(PickleKind::kTensor)) file.tensor(x).to_floats();
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::kInternal) << i << ": " << error.what();
      }
    }
  }
}

TEST(TorchFile, ArchivesOfOtherKindsAreNamed) {
  EXPECT_THAT(refusal(zip_of({{"a/data.pkl", "\x80\x02N."}, {"b/data.pkl", "\x80\x02N."}})),
              HasSubstr("one folder"));
  EXPECT_THAT(refusal(zip_of({{"a/readme.txt", "hello"}})), HasSubstr("data.pkl"));
  EXPECT_THAT(refusal(zip_of({{"a/data.pkl", "\x80\x02N."}, {"a/constants.pkl", ""}}),
                      ErrorCode::kUnsupported),
              HasSubstr("TorchScript"));
  EXPECT_THAT(refusal(zip_of({{"a/data.pkl", "\x80\x02N."}, {"a/byteorder", "big"}})),
              HasSubstr("little-endian"));
  EXPECT_THAT(refusal(zip_of({{"a/data.pkl", "\x80\x02N."}, {"a/../x", ""}})),
              HasSubstr("relative path"));
  EXPECT_THAT(refusal(zip_of({{"a/data.pkl", "\x80\x02N."}, {"a/data.pkl", "\x80\x02N."}})),
              HasSubstr("two records"));
}

}  // namespace
}  // namespace myna::tensor
