#include "text/ko/normalizer.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "text/ko/g2p.h"
#include "text/ko/hangul.h"
#include "text/ko/numbers.h"
#include "text/regex.h"
#include "text/unicode.h"

namespace myna::text::ko {
namespace {

using Str = std::u16string;

struct Rule {
  Regex pattern;
  std::function<Str(const Match&)> read;
};

constexpr const char16_t* kNumber = u"(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)";

/// Nouns that are counted with 한, 두, 세.
constexpr const char16_t* kNativeCounters =
    u"(시간|군데|마리|사람|그루|송이|자루|켤레|가지|그릇|접시|조각|방울|바퀴|걸음|가닥|마디|"
    u"모금|"
    u"포기|다발|사발|움큼|꾸러미|봉지|상자|번째|발짝|개(?![월국년소사교주구항])|명|살|권|병|잔|대|"
    u"채|벌|장|번|달|쌍|곳|배|"
    u"판|통|갑|"
    u"줄|척|편|곡|톨|술|닢|단|필|시)";

struct Unit {
  const char16_t *symbol, *name;
};
constexpr Unit kUnits[] = {{u"km/h", u"킬로미터"},
                           {u"m/s", u"미터"},
                           {u"km²", u"제곱킬로미터"},
                           {u"km2", u"제곱킬로미터"},
                           {u"cm²", u"제곱센티미터"},
                           {u"m²", u"제곱미터"},
                           {u"㎡", u"제곱미터"},
                           {u"m2", u"제곱미터"},
                           {u"m³", u"세제곱미터"},
                           {u"m3", u"세제곱미터"},
                           {u"km", u"킬로미터"},
                           {u"cm", u"센티미터"},
                           {u"mm", u"밀리미터"},
                           {u"kg", u"킬로그램"},
                           {u"mg", u"밀리그램"},
                           {u"ml", u"밀리리터"},
                           {u"mL", u"밀리리터"},
                           {u"kWh", u"킬로와트시"},
                           {u"kW", u"킬로와트"},
                           {u"GB", u"기가바이트"},
                           {u"MB", u"메가바이트"},
                           {u"KB", u"킬로바이트"},
                           {u"TB", u"테라바이트"},
                           {u"Mbps", u"메가비피에스"},
                           {u"Gbps", u"기가비피에스"},
                           {u"mAh", u"밀리암페어시"},
                           {u"GHz", u"기가헤르츠"},
                           {u"MHz", u"메가헤르츠"},
                           {u"kHz", u"킬로헤르츠"},
                           {u"Hz", u"헤르츠"},
                           {u"dB", u"데시벨"},
                           {u"m", u"미터"},
                           {u"g", u"그램"},
                           {u"t", u"톤"},
                           {u"L", u"리터"},
                           {u"l", u"리터"},
                           {u"W", u"와트"},
                           {u"V", u"볼트"},
                           {u"%", u"퍼센트"},
                           {u"％", u"퍼센트"},
                           {u"‰", u"퍼밀"}};

constexpr Unit kMoney[] = {{u"₩", u"원"},   {u"\\", u"원"},    {u"￦", u"원"}, {u"$", u"달러"},
                           {u"€", u"유로"}, {u"£", u"파운드"}, {u"¥", u"엔"},  {u"￥", u"엔"}};

constexpr Unit kSigns[] = {
    {u"+", u" 더하기 "},         {u"×", u" 곱하기 "}, {u"÷", u" 나누기 "}, {u"=", u" 는 "},
    {u"±", u" 플러스마이너스 "}, {u"&", u" 앤드 "},   {u"@", u" 골뱅이 "}, {u"#", u" 샵 "},
    {u"%", u"퍼센트"},           {u"％", u"퍼센트"},  {u"℃", u"도"},       {u"°", u"도"}};

/// Six is 륙 behind another digit.
Str spelled(const Str& digits) {
  Str out = to_utf16(digits_one_by_one(to_utf32(digits)));
  for (size_t i = 1; i < out.size(); ++i)
    if (out[i] == u'육') out[i] = u'륙';
  return out;
}

/// In telephone numbers and codes nought is 공.
Str code(const Str& digits) {
  Str out = spelled(digits);
  for (char16_t& c : out)
    if (c == u'영') c = u'공';
  return out;
}

Str whole(const Str& digits) {
  Str plain;
  for (char16_t c : digits) {
    if (c != u',') plain += c;
  }
  return to_utf16(sino(to_utf32(plain)));
}

Str number(const Str& written) {
  const size_t point = written.find(u'.');
  if (point == Str::npos) {
    const bool is_code = written.size() > 1 && written[0] == u'0';
    return is_code ? code(written) : whole(written);
  }
  return whole(written.substr(0, point)) + u" 점 " + spelled(written.substr(point + 1));
}

Str month(const Str& digits) {
  const Str plain = digits[0] == u'0' ? digits.substr(1) : digits;
  return (plain == u"6" ? Str(u"유") : plain == u"10" ? Str(u"시") : whole(plain)) + u"월";
}

/// Hours up to twelve are native.
Str hour(const Str& digits) {
  const Str plain = digits.size() > 1 && digits[0] == u'0' ? digits.substr(1) : digits;
  const bool small = plain.size() == 1 || plain == u"10" || plain == u"11" || plain == u"12";
  return (small && plain != u"0" ? to_utf16(native(to_utf32(plain))) : whole(plain)) + u" 시";
}

Str counted(const Str& digits, const Str& counter) {
  const bool decade = digits.size() == 2 && digits[1] == u'0';
  if (counter == u"대" && decade) return whole(digits) + counter;  // years of age: 사십대
  if (digits.find_first_of(u".,") != Str::npos) return number(digits) + u" " + counter;
  if (counter == u"시") return hour(digits);
  if (counter == u"번째" && digits == u"1") return u"첫 번째";
  return to_utf16(native(to_utf32(digits))) + u" " + counter;
}

/// Syllables of Chinese words lose ㄹ and ㄴ at the start of a word: 녀자 is 여자, 래일 내일.
char32_t at_word_start(char32_t syllable) {
  static constexpr std::u32string_view kFrom =
                                           U"녀뇨뉴니랴려례료류리녁년념녕량력련렬렴령륙률륭륜림립"
                                           U"라래로뢰루륵릉락란람랑랭록론롱룡뇌",
                                       kTo =
                                           U"여요유이야여예요유이역연염영양역연열염영육율융윤임입"
                                           U"나내노뇌누늑능낙난남낭냉녹논농용뇌";
  const size_t at = kFrom.find(syllable);
  return at == std::u32string_view::npos ? syllable : kTo[at];
}

/// 렬 and 률 behind a vowel or ㄴ: 비율, 운율.
char32_t behind(char32_t before, char32_t syllable) {
  const bool open = coda_of(before) == 0 || coda_of(before) == U'ᆫ';
  return open && syllable == U'렬' ? U'열' : open && syllable == U'률' ? U'율' : syllable;
}

/// Signs that stand for several letters taken apart, Roman numerals as digits, letters of old
/// Hangul as their successors, 々 as what it repeats.
std::u32string modern(const std::u32string& text) {
  static constexpr std::u32string_view kOld = U"\u119E\u1140\u114C\u1159\u11F0ㅿㆁㆆㆍ⁄",
                                       kNew = U"\u1161\u1109\u110B\u110B\u11BCㅅㅇㅇ·/";
  std::u32string out;
  for (const char32_t c : text) {
    if (const size_t at = kOld.find(c); at != kOld.npos) {
      out += kNew[at];
    } else if (c >= 0x2160 && c <= 0x216B) {
      out += decode_utf8(std::to_string(c - 0x215F));
    } else if (c == U'々' && !out.empty() && is_han(out.back())) {
      out += out.back();
    } else if ((c >= 0xBC && c <= 0xBE) || (c >= 0x2460 && c <= 0x24FF) ||
               (c >= 0x3200 && c <= 0x33FF) || (c >= 0xFFA1 && c <= 0xFFDC)) {
      for (const char32_t part : compatibility_compose(std::u32string(1, c)))
        out += part == U'⁄' ? U'/' : to_letter(part);
    } else {
      out += c;
    }
  }
  return out;
}

/// 역사(歷史): what stands in the brackets has been said.
std::u32string without_glosses(const std::u32string& text, const LexiconFile& table) {
  std::u32string out;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = i + 1;
    while (end < text.size() && is_han(text[end])) ++end;
    const size_t length = end - i - 1;
    const bool brackets = (text[i] == '(' || text[i] == U'（') && length > 0 && end < text.size() &&
                          (text[end] == ')' || text[end] == U'）');
    bool same = brackets && length <= out.size();
    for (size_t k = 0; same && k < length; ++k) {
      const auto reading = table.find(encode_utf8(text[i + 1 + k]));
      const char32_t said = reading ? decode_utf8(*reading)[0] : 0;
      const char32_t written = out[out.size() - length + k];
      same = written == said || written == at_word_start(said);
    }
    if (same) {
      i = end;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool is_modern_letter(char32_t c) { return c >= U'ㄱ' && c <= U'ㅣ'; }

}  // namespace

struct Normalizer::Rules {
  std::vector<Rule> list;
  std::vector<Rule> chat;  ///< for texts with letters that are no syllables

  /// @ in a pattern stands for a number.
  void add(const Str& text, std::function<Str(const Match&)> read) {
    Str pattern;
    for (char16_t c : text) pattern += c == u'@' ? Str(kNumber) : Str(1, c);
    list.push_back({Regex(pattern), std::move(read)});
  }
  Rules();
  void add_dates();
  void add_units();
  void add_chat();
};

void Normalizer::Rules::add_dates() {
  add(u"(?<!\\d)(\\d{4})[-./](0?[1-9]|1[0-2])[-./](0?[1-9]|[12]\\d|3[01])(?!\\d)",
      [](const Match& m) {
        const Str day = m.group(3);
        return whole(m.group(1)) + u"년 " + month(m.group(2)) + u" " +
               whole(day[0] == u'0' ? day.substr(1) : day) + u"일";
      });
  add(u"(?<!\\d)(0?[1-9]|1[0-2]) ?월", [](const Match& m) { return month(m.group(1)); });
  add(u"(?<![\\d:])([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?(?![\\d:])", [](const Match& m) {
    const auto two = [](const Str& s) { return whole(s[0] == u'0' ? s.substr(1) : s); };
    Str out = hour(m.group(1));
    if (m.group(2) != u"00") out += u" " + two(m.group(2)) + u" 분";
    if (m.has(3)) out += u" " + two(m.group(3)) + u" 초";
    return out;
  });
  add(u"(?<![\\d-])(01\\d) (\\d{3,4}) (\\d{4})(?![\\d-])", [](const Match& m) {
    return code(m.group(1)) + u" " + code(m.group(2)) + u" " + code(m.group(3));
  });
  add(u"(?<![\\d-])(0\\d{1,2}|1\\d{3})[-)] ?(?:(\\d{3,4})-)?(\\d{4})(?![\\d-])",
      [](const Match& m) {
        return code(m.group(1)) + u" " + (m.has(2) ? code(m.group(2)) + u" " : Str()) +
               code(m.group(3));
      });
}

void Normalizer::Rules::add_units() {
  add(u"([₩￦$€£¥￥\\\\]) ?@ ?([만억조천]*)", [](const Match& m) {
    for (const Unit& money : kMoney) {
      if (m.group(1) == money.symbol) return number(m.group(2)) + m.group(3) + u" " + money.name;
    }
    return m.group(0);
  });
  add(u"(?<![\\d.])-@ ?(?:℃|°C)",
      [](const Match& m) { return u"영하 " + number(m.group(1)) + u" 도"; });
  add(u"@ ?(?:℃|°C)", [](const Match& m) { return u"섭씨 " + number(m.group(1)) + u" 도"; });
  Str symbols;
  for (const Unit& unit : kUnits) symbols += (symbols.empty() ? u"" : u"|") + Str(unit.symbol);
  add(u"@ ?(" + symbols + u")(?![A-Za-z])", [](const Match& m) {
    const Str symbol = m.group(2);
    for (const Unit& unit : kUnits) {
      if (symbol != unit.symbol) continue;
      const Str per = symbol == u"km/h" ? Str(u"시속 ") : symbol == u"m/s" ? Str(u"초속 ") : Str();
      return per + number(m.group(1)) + u" " + unit.name;
    }
    return m.group(0);
  });
}

Normalizer::Rules::Rules() {
  add_chat();
  add_dates();
  add(u"(\\d{1,4}) ?번(?= "
      u"?(?:출구|버스|홈(?!런)|선수|문제|국도|게이트|타자|트랙|채널|좌석|창구|문항|"
      u"방(?!문)|자리|승강장|국번|답(?![하했장])|레인|지방도|마을버스))",
      [](const Match& m) { return whole(m.group(1)) + u" 번"; });
  add(u"(\\d)·(\\d{1,2})(?!\\d)",
      [](const Match& m) { return spelled(m.group(1) + m.group(2)); });  // 3·1절
  // 제2권 and 5대 5 are not counted.
  add(u"(?<![가-힣])제 ?(\\d+)(?![.,]\\d)",
      [](const Match& m) { return u"제" + whole(m.group(1)); });
  add(u"(?<![\\d.])(\\d+) ?대 ?(?=\\d)",
      [](const Match& m) { return whole(m.group(1)) + u" 대 "; });
  add(u"(?<![\\d.])([34568])\\.(1|10|15|18|19|25)(?=절| ?(?:혁명|전쟁|민주|항쟁|운동|광복))",
      [](const Match& m) { return spelled(m.group(1) + m.group(2)); });
  add(u"(?<![\\d.])(\\d{1,2}) ?[-~∼～] ?(\\d{1,2}) ?" + Str(kNativeCounters), [](const Match& m) {
    return counted(m.group(1), m.group(3)) + u"에서 " + counted(m.group(2), m.group(3));
  });
  add(u"(?<=[월일시분년화수목금토]) ?[~∼～] ?(?=[\\d월화수목금토일오])",
      [](const Match&) { return Str(u"에서 "); });
  add(u"@ ?= ?", [](const Match& m) {
    const Str said = number(m.group(1));
    return said + (coda_of(said.back()) != 0 ? u"은 " : u"는 ");
  });
  add(u"@ ?[~∼～] ?(?=\\d)", [](const Match& m) { return m.group(1) + u"에서 "; });
  add(u"(?<![\\d.-])(\\d+)-(?=\\d+ "
      u"?(?:년|월|일|시|분|초|명|개|번|주|세|살|도|원|%|배|권|장|kg|km|m))",
      [](const Match& m) { return m.group(1) + u"에서 "; });
  add(u"(?<![\\d:])(\\d+):(\\d+)(?![\\d:])",
      [](const Match& m) { return number(m.group(1)) + u" 대 " + number(m.group(2)); });
  add(u"(?<![\\d/])(\\d+)/(\\d+)(?![\\d/])",
      [](const Match& m) { return number(m.group(2)) + u"분의 " + number(m.group(1)); });
  add_units();
  add(u"@ ?" + Str(kNativeCounters),
      [](const Match& m) { return counted(m.group(1), m.group(2)); });
  add(u"(?<![\\dA-Za-z가-힣])[-−]@",
      [](const Match& m) { return u"마이너스 " + number(m.group(1)); });
  add(u"@", [](const Match& m) { return number(m.group(1)); });
}

/// What is typed in chats for a laugh or an answer; of the same letter again and again three are
/// enough. Tears and faces say nothing.
void Normalizer::Rules::add_chat() {
  const auto say = [&](const Str& pattern, const Str& text) {
    chat.push_back({Regex(pattern), [text](const Match&) { return text; }});
  };
  const auto laugh = [&](const Str& letter, const Str& syllable) {
    chat.push_back({Regex(letter + u"+"), [syllable](const Match& m) {
                      Str out = u" ";
                      for (size_t i = 0; i < std::min<size_t>(m.group(0).size(), 3); ++i)
                        out += syllable;
                      return out;
                    }});
  };
  constexpr Unit kAnswers[] = {{u"ㅇㅋ", u"오케이"}, {u"ㅇㅇ+", u"응"},    {u"ㄴㄴ+", u"노노"},
                               {u"ㄱㄱ+", u"고고"},  {u"ㄱㅅ", u"감사"},   {u"ㅊㅋ", u"축하"},
                               {u"ㄷㄷ+", u"덜덜"},  {u"ㅎㅇ", u"하이"},   {u"ㅈㅅ", u"죄송"},
                               {u"ㅂㅂ+", u"바이"},  {u"ㅇㅈ", u"인정"},   {u"ㄹㅇ", u"리얼"},
                               {u"ㅅㄱ", u"수고"},   {u"ㄱㄷ", u"기다려"}, {u"ㅠ+", u" "},
                               {u"ㅜ+", u" "},       {u"ㅡ+", u" "},       {u"ㅗㅗ+", u" "}};
  for (const Unit& answer : kAnswers) say(answer.symbol, answer.name);
  laugh(u"ㅋ", u"크");
  laugh(u"ㅎ", u"흐");
  constexpr Unit kNames[] = {{u"ㄱ", u"기역"},   {u"ㄴ", u"니은"},   {u"ㄷ", u"디귿"},
                             {u"ㄹ", u"리을"},   {u"ㅁ", u"미음"},   {u"ㅂ", u"비읍"},
                             {u"ㅅ", u"시옷"},   {u"ㅇ", u"이응"},   {u"ㅈ", u"지읒"},
                             {u"ㅊ", u"치읓"},   {u"ㅌ", u"티읕"},   {u"ㅍ", u"피읖"},
                             {u"ㄲ", u"쌍기역"}, {u"ㄸ", u"쌍디귿"}, {u"ㅃ", u"쌍비읍"},
                             {u"ㅆ", u"쌍시옷"}, {u"ㅉ", u"쌍지읒"}};
  for (const Unit& name : kNames) say(name.symbol, name.name);
}

Normalizer::Normalizer(const LexiconFile& rules)
    : table_(rules), rules_(std::make_unique<Rules>()) {}

Normalizer::~Normalizer() = default;

std::string Normalizer::normalize(const std::string& text, std::string* skipped) const {
  std::u32string in;
  for (char32_t c : to_syllables(modern(without_glosses(decode_utf8(text), table_)))) {
    in += plain_digit(c >= 0xFF10 && c <= 0xFF5A ? c - 0xFEE0 : c);
  }
  Str read = to_utf16(in);
  if (std::any_of(in.begin(), in.end(), is_modern_letter)) {
    for (const Rule& rule : rules_->chat) read = rule.pattern.replace(read, rule.read);
  }
  for (const Rule& rule : rules_->list) read = rule.pattern.replace(read, rule.read);
  Str with_signs;
  for (char16_t c : read) {
    const auto* sign = std::find_if(std::begin(kSigns), std::end(kSigns),
                                    [&](const Unit& unit) { return unit.symbol[0] == c; });
    with_signs += sign == std::end(kSigns) ? Str(1, c) : Str(sign->name);
  }
  std::u32string out;
  for (char32_t c : letters_by_name(to_utf32(with_signs))) {
    static constexpr std::u32string_view kFrom = U":;：；，、·,。.！!？?…—–-~∼～",
                                         kTo = U",,,,,,,,..!!??…------";
    if (const size_t at = kFrom.find(c); at != std::u32string_view::npos) {
      out += kTo[at];
    } else if (is_han(c)) {
      const auto reading = table_.find(encode_utf8(c));
      const bool first = out.empty() || !is_syllable(out.back());
      if (reading) {
        for (char32_t syllable : decode_utf8(*reading))
          out += first ? at_word_start(syllable) : behind(out.back(), syllable);
      } else if (skipped != nullptr) {
        *skipped += encode_utf8(c);
      }
    } else if (is_syllable(c) || is_modern_letter(c)) {
      out += c;
    } else if (is_letter(c) || is_numeric(c)) {
      if (skipped != nullptr) *skipped += encode_utf8(c);
    } else if (is_space(c) && !out.empty() && out.back() != U' ') {
      out += U' ';
    }
  }
  while (!out.empty() && out.back() == U' ') out.pop_back();
  return encode_utf8(out);
}

}  // namespace myna::text::ko
