// Where a reader of polyphones (g2pW) meets the Mandarin front end. In the golden vectors its
// answers are recorded, so the way around the network is tested without one.
#include "text/zh/polyphones.h"

#include <gmock/gmock.h>

#include <map>
#include <regex>

#include "base/error.h"
#include "base/files.h"
#include "support/temp_dir.h"
#include "text/frontend.h"
#include "text/golden_support.h"
#include "text/unicode.h"
#include "text/zh/mandarin.h"
#include "text/zh/traditional.h"

namespace myna::text {
namespace {

using zh::ClauseReading;

/// Answers from a table.
class Recorded : public zh::Polyphones {
 public:
  std::map<std::u32string, std::vector<ClauseReading>> clauses;
  std::map<std::u32string, std::vector<std::string>> corrections;

  void add(const std::string& clause, const std::vector<std::string>& readings) {
    for (const std::string& reading : readings)
      clauses[decode_utf8(clause)].push_back({reading, true});
  }
  std::vector<ClauseReading> read(std::u32string_view clause) const override {
    const auto found = clauses.find(std::u32string(clause));
    return found == clauses.end() ? std::vector<ClauseReading>(clause.size()) : found->second;
  }
  std::vector<std::string> correction(std::u32string_view word) const override {
    const auto found = corrections.find(std::u32string(word));
    return found == corrections.end() ? std::vector<std::string>{} : found->second;
  }
};

std::string phones_of(const zh::Mandarin::Result& result) {
  std::string out;
  for (const auto& word : result.words)
    for (const auto& phone : word.phones) out += (out.empty() ? "" : " ") + phone;
  return out;
}

std::string read(const std::string& text, const std::shared_ptr<const Recorded>& polyphones,
                 bool compat) {
  const zh::Mandarin mandarin(lexicon_dir(), {compat, true, polyphones});
  return phones_of(mandarin.analyse(text));
}

/// The reference's own lists of corrections are not ours to ship: where a copy of its folder
/// text/g2pw is named, they are used.
void load_corrections(Recorded* out) {
  const char* folder = std::getenv("MYNA_G2PW_CORRECTIONS_DIR");
  if (folder == nullptr) return;
  for (const char* name : {"polyphonic.rep", "polyphonic-fix.rep"}) {
    const std::string text = read_text(std::filesystem::path(folder) / name);
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size()), colon = text.find(':', at);
      static const std::regex kReading("'([^']*)'");
      std::vector<std::string> readings;
      const std::string line = text.substr(at, end - at);
      for (std::sregex_iterator it(line.begin(), line.end(), kReading), none; it != none; ++it)
        readings.push_back((*it)[1]);
      if (colon < end) out->corrections[decode_utf8(text.substr(at, colon - at))] = readings;
      at = end + 1;
    }
  }
}

TEST(ZhPolyphones, TheGoldenPathWithRecordedAnswers) {
  const auto lines = golden_lines("zh_v2_g2pw_path.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no zh_v2_g2pw_path.jsonl in " << golden_dir();
  const auto recorded = std::make_shared<Recorded>();
  for (const auto& line : lines) {
    for (const auto& [clause, readings] :
         line["g2pw_pinyin"].get<std::vector<std::pair<std::string, std::vector<std::string>>>>()) {
      recorded->clauses.erase(decode_utf8(clause));
      recorded->add(clause, readings);
    }
  }
  load_corrections(recorded.get());
  const zh::Mandarin mandarin(lexicon_dir(), {true, true});
  const auto same = [&](const nlohmann::json& line, std::string* detail) {
    std::vector<std::string> phones;
    try {
      for (const auto& word :
           mandarin.g2p().convert(line["normalized"], {true, true, recorded.get()}, nullptr))
        phones.insert(phones.end(), word.phones.begin(), word.phones.end());
    } catch (const Error&) {
      return line.contains("error");
    }
    *detail = "    " + nlohmann::json(phones).dump() + "\n    " + line.dump() + "\n";
    return line.contains("phones") && phones == line["phones"];
  };
  // Without the reference's corrections, which are 45,000 words, a sentence in a hundred differs.
  const bool corrected = !recorded->corrections.empty();
  EXPECT_GE(agreement("zh_v2_g2pw_path", lines, same), corrected ? 1.0 : 0.985);
}

TEST(ZhPolyphones, CompatModeTakesAllThatIsSaidAndThenCorrections) {
  const auto said = std::make_shared<Recorded>();
  said->add("银行重要.", {"yin2", "xing2", "", "yao1", "."});
  EXPECT_EQ(read("银行重要。", said, true), "y in2 x ing2 zh ong4 y ao1 .");
  EXPECT_EQ(read("银行重要。", nullptr, true), "y in2 h ang2 zh ong4 y ao4 .");
  said->corrections[U"银行"] = {"yin2", "hang3"};
  said->corrections[U"要"] = {"yao2"};
  EXPECT_EQ(read("银行重要。", said, true), "y in2 h ang3 zh ong4 y ao2 .");
  said->corrections[U"银行"] = {"one"};  // not one for each character
  EXPECT_EQ(read("银行重要。", said, true), "y in2 x ing2 zh ong4 y ao2 .");
}

TEST(ZhPolyphones, DefaultModeTakesWhatNoPhraseTells) {
  const auto said = std::make_shared<Recorded>();
  said->add("银行也还行.", {"yin2", "xing2", "ye3", "huan2", "hang2", "."});
  EXPECT_EQ(read("银行也还行。", nullptr, false), "y in2 h ang2 y E3 h ai2 x ing2 .");
  EXPECT_EQ(read("银行也还行。", said, false), "y in2 h ang2 y E3 h uan2 h ang2 .");
  // What it has not chosen by the context, or cannot be written, is left to the dictionary.
  for (ClauseReading& reading : said->clauses.begin()->second) reading.by_context = false;
  EXPECT_EQ(read("银行也还行。", said, false), "y in2 h ang2 y E3 h ai2 x ing2 .");
  said->clauses.clear();
  said->add("银行也还行.", {"", "", "", "hmm9", "", ""});
  EXPECT_EQ(read("银行也还行。", said, false), "y in2 h ang2 y E3 h ai2 x ing2 .");
  // Tone sandhi sees what it chose.
  EXPECT_EQ(read("不重。", nullptr, false), "b u2 zh ong4 .");
  said->add("不重.", {"", "chong2", "."});
  EXPECT_EQ(read("不重。", said, false), "b u4 ch ong2 .");
}

TEST(ZhPolyphones, TheUserAndFamilyNamesStandAboveIt) {
  const auto said = std::make_shared<Recorded>();
  said->add("我姓单.", {"wo3", "xing4", "dan1", "."});
  EXPECT_EQ(read("我姓单。", said, false), "w o3 x ing4 sh an4 .");
  said->add("还行.", {"huan2", "hang2", "."});
  FrontendOptions options;
  options.polyphones = said;
  const Frontend frontend(lexicon_dir(), options);
  Sentence sentence;
  sentence.spans.push_back({"还", {}, {}});
  sentence.spans.push_back({"行", frontend.find_pronunciation("xing4"), {}});
  sentence.spans.push_back({"。", {}, {}});
  const Utterance utterance = frontend.analyse(sentence, Mode::kZh);
  EXPECT_THAT(utterance.phones, ::testing::ElementsAre("h", "uan2", "x", "ing4", "."));
}

TEST(ZhPolyphones, TheFirstSymbolSetIsReadWithoutItInCompatMode) {
  const auto said = std::make_shared<Recorded>();
  said->add("行.", {"hang2", "."});
  for (const bool compat : {false, true}) {
    FrontendOptions options;
    options.compat = compat;
    options.symbols = SymbolSet::kV1;
    options.polyphones = said;
    const auto phones = Frontend(lexicon_dir(), options).analyse("行.", Mode::kAllZh).phones;
    const bool asked = std::find(phones.begin(), phones.end(), "ang2") != phones.end();
    EXPECT_EQ(asked, !compat);
  }
}

TEST(Traditional, PhrasesTellWhichCharacterIsMeant) {
  const zh::Traditional traditional;
  EXPECT_EQ(traditional.convert(U"头发发现干净的只有一只,台湾里面."),
            U"頭髮發現乾淨的只有一隻,臺灣裡面.");
  EXPECT_EQ(traditional.convert(U""), U"");
  EXPECT_EQ(traditional.convert(U"abc,\u3042…𠀀"), U"abc,\u3042…𠀀");
}

TEST(Traditional, TheWorkingDirectoryIsNotLookedAt) {
  const myna::testing::TempDir folder;
  const auto before = std::filesystem::current_path();
  write_file(folder / "STPhrases.ocd2", "no dictionary");
  std::filesystem::current_path(folder.path());
  EXPECT_EQ(zh::Traditional().convert(U"头发"), U"頭髮");
  std::filesystem::current_path(before);
}

class Forgetful : public Recorded {
 public:
  std::vector<ClauseReading> read(std::u32string_view) const override { return {{}}; }
};

TEST(ZhPolyphones, LostCharactersAreADefect) {
  EXPECT_THROW(read("你好。", std::make_shared<Forgetful>(), false), Error);
}

}  // namespace
}  // namespace myna::text
