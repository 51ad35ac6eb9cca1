#include "text/zh/traditional.h"

#include <Conversion.hpp>
#include <DictGroup.hpp>
#include <Exception.hpp>
#include <MarisaDict.hpp>
#include <exception>
#include <list>

#include "base/error.h"
#include "base/utf8.h"

namespace myna::text::zh {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error(ErrorCode::kNotFound,
              "this dictionary of traditional characters cannot be opened (" + why +
                  "); install OpenCC with its data (libopencc-data)",
              path);
}

opencc::DictPtr open(const char* name) {
  const std::string path = std::string(MYNA_OPENCC_DATA) + "/" + name;
  try {
    return opencc::SerializableDict::NewFromFile<opencc::MarisaDict>(path);
  } catch (const opencc::Exception& failure) {
    refuse(path, failure.what());
  } catch (const std::exception& failure) {  // of the library below OpenCC
    refuse(path, failure.what());
  }
}

}  // namespace

struct Traditional::Dictionaries {
  opencc::Conversion words{std::make_shared<opencc::DictGroup>(
      std::list<opencc::DictPtr>{open("STPhrases.ocd2"), open("STCharacters.ocd2")})};
  opencc::Conversion variants{open("TWVariants.ocd2")};
};

Traditional::Traditional() : dictionaries_(std::make_unique<const Dictionaries>()) {}
Traditional::~Traditional() = default;

std::u32string Traditional::convert(std::u32string_view simplified) const {
  const std::string text = encode_utf8(std::u32string(simplified));
  std::u32string out =
      decode_utf8(dictionaries_->variants.Convert(dictionaries_->words.Convert(text)));
  return out.size() == simplified.size() ? out : std::u32string(simplified);
}

}  // namespace myna::text::zh
