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
    u"(개월|시간|군데|마리|사람|그루|송이|자루|켤레|가지|그릇|접시|조각|방울|바퀴|걸음|가닥|마디|"
    u"모금|"
    u"포기|다발|사발|움큼|꾸러미|봉지|상자|번째|발짝|개|명|살|권|병|잔|대|채|벌|장|번|달|쌍|곳|배|"
    u"판|통|"
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

Str spelled(const Str& digits) { return to_utf16(digits_one_by_one(to_utf32(digits))); }

/// In telephone numbers and codes nought is 공.
Str code(const Str& digits) {
  Str out;
  for (char16_t c : digits) out += c == u'0' ? Str(u"공") : spelled(Str(1, c));
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
  if (digits.find_first_of(u".,") != Str::npos) return number(digits) + u" " + counter;
  if (counter == u"시") return hour(digits);
  if (counter == u"번째" && digits == u"1") return u"첫 번째";
  return to_utf16(native(to_utf32(digits))) + u" " + counter;
}

}  // namespace

struct Normalizer::Rules {
  std::vector<Rule> list;

  /// @ in a pattern stands for a number.
  void add(const Str& text, std::function<Str(const Match&)> read) {
    Str pattern;
    for (char16_t c : text) pattern += c == u'@' ? Str(kNumber) : Str(1, c);
    list.push_back({Regex(pattern), std::move(read)});
  }
  Rules();
  void add_dates();
  void add_units();
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
  add(u"(?<![\\d-])(0\\d{1,2}|1\\d{3})-(?:(\\d{3,4})-)?(\\d{4})(?![\\d-])", [](const Match& m) {
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
  add_dates();
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

Normalizer::Normalizer(const LexiconFile& rules)
    : table_(rules), rules_(std::make_unique<Rules>()) {}

Normalizer::~Normalizer() = default;

std::string Normalizer::normalize(const std::string& text) const {
  std::u32string in;
  for (char32_t c : decode_utf8(text)) {
    in += plain_digit(c >= 0xFF10 && c <= 0xFF5A ? c - 0xFEE0 : c);
  }
  Str read = to_utf16(in);
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
      if (reading) out += decode_utf8(*reading);
    } else if (is_hangul(c)) {
      out += c;
    } else if (is_space(c) && !out.empty() && out.back() != U' ') {
      out += U' ';
    }
  }
  while (!out.empty() && out.back() == U' ') out.pop_back();
  return encode_utf8(out);
}

}  // namespace myna::text::ko
