// Addresses of machines and people, and abbreviations, as Myna reads them.
#include "text/en/numbers.h"
#include "text/en/reading.h"
#include "text/en/rule_set.h"

namespace myna::text::en {
namespace {

struct Abbreviation {
  const char16_t* pattern;
  const char* words;
};
constexpr Abbreviation kAbbreviations[] = {
    {u"\\bMr\\.?(?=\\s)", "Mister"},
    {u"\\bMrs\\.?(?=\\s)", "Missus"},
    {u"\\bMs\\.(?=\\s)", "Miz"},
    {u"\\bDr\\.?(?=\\s+[A-Z])", "Doctor"},
    {u"\\bProf\\.(?=\\s)", "Professor"},
    {u"\\bSt\\.(?=\\s+[A-Z])", "Saint"},
    {u"\\bSt\\.", "Street"},
    {u"\\bAve\\.", "Avenue"},
    {u"\\bRd\\.", "Road"},
    {u"\\bBlvd\\.", "Boulevard"},
    {u"\\bMt\\.(?=\\s+[A-Z])", "Mount"},
    {u"\\bJr\\.", "Junior"},
    {u"\\bSr\\.", "Senior"},
    {u"\\bCapt\\.", "Captain"},
    {u"\\bLt\\.", "Lieutenant"},
    {u"\\bSgt\\.", "Sergeant"},
    {u"\\bGen\\.(?=\\s+[A-Z])", "General"},
    {u"\\bGov\\.(?=\\s+[A-Z])", "Governor"},
    {u"\\bSen\\.(?=\\s+[A-Z])", "Senator"},
    {u"\\bRev\\.(?=\\s+[A-Z])", "Reverend"},
    {u"\\bInc\\.", "Incorporated"},
    {u"\\bLtd\\.", "Limited"},
    {u"\\bCo\\.", "Company"},
    {u"\\bCorp\\.", "Corporation"},
    {u"\\bDept\\.", "Department"},
    {u"\\bvs\\.?(?=\\s)", "versus"},
    {u"\\betc\\.(?=\\s*$)", "et cetera."},
    {u"\\betc\\.", "et cetera"},
    {u"\\b[Ee]\\.\\s?g\\.", "for example"},
    {u"\\b[Ii]\\.\\s?e\\.", "that is"},
    {u"\\b[Ee]xt\\.?(?=\\s?\\d)", "extension"},
    {u"\\bYoY\\b", "year over year"},
    {u"\\bQoQ\\b", "quarter over quarter"},
    {u"\\bMoM\\b", "month over month"},
    {u"\\bWWII\\b", "World War Two"},
    {u"\\bWWI\\b", "World War One"},
    {u"\\b[Aa]pprox\\.", "approximately"},
    {u"\\b[Nn]o\\.(?=\\s?\\d)", "number"},
    {u"\\b[Nn]os\\.(?=\\s?\\d)", "numbers"},
    {u"\\bpp\\.(?=\\s?\\d)", "pages"},
    {u"\\b[Pp]g?\\.(?=\\s?\\d)", "page"},
    {u"\\b[Aa]pt\\.?(?=\\s?\\d)", "Apartment"},
    {u"\\b[Ee]q\\.(?=\\s?[(\\d])", "equation"},
    {u"\\bLat\\.(?=\\s?\\d)", "latitude"},
    {u"\\bLong\\.(?=\\s?\\d)", "longitude"},
    {u"\\bet al\\.", "et al"},
    {u"\\bAT&T\\b", "A T and T"},
    {u"\\bPh\\.\\s?D\\b\\.?(?=\\s+[a-z])", "P H D"},
    {u"\\bPh\\.\\s?D\\b", "P H D"},
    {u"§\\s?(?=\\d)", "section "},
    {u"\\b[Vv]ol\\.(?=\\s?\\d)", "volume"},
    {u"\\b[Ff]ig\\.(?=\\s?\\d)", "figure"},
    {u"\\b[Cc]h\\.(?=\\s?\\d)", "chapter"},
    {u"\\bw/o\\b", "without"},
    {u"\\bw/(?=\\s)", "with"},
    {u"\\bca\\.(?=\\s?\\d)", "circa"},
    {u"\\btel\\.(?=\\s?[\\d(+])", "telephone"},
    {u"\\bmax\\.", "maximum"},
    {u"\\bmin\\.(?=\\s*[a-z])", "minimum"},
    {u"\\bWash\\.(?=\\s+[A-Z])", "Washington"},
    {u"\\b[Ee]st\\.(?=\\s?\\d)", "established"},
    {u"\\bHon\\.(?=\\s+[A-Z])", "Honorable"},
    {u"\\bRep\\.(?=\\s+[A-Z])", "Representative"},
    {u"\\bFt\\.(?=\\s+[A-Z])", "Fort"},
    {u"\\bMessrs\\.", "Messieurs"},
    {u"\\bed\\.(?=\\s)", "edition"},
};

std::string as_address(const Groups& m) { return " " + address(m[0]) + " "; }

}  // namespace

void add_addresses(RewriteRules* rules) {
  add_rule(
      rules,
      u"(?:https?|ftp)://"
      u"([^\\s,，。！？；）)\"'<>]+?)(?=[.?!,]?(?:[\\s，。！？；）)\"'<>]|$))",
      [](const Groups& m) { return " " + address(m[1]) + " "; }, true);
  add_rule(rules, u"\\b[\\w.+-]+[@]\\w[\\w-]*(?:\\.\\w[\\w-]*)+", as_address);
  add_rule(rules,
           u"\\b(?:www\\.)?[A-Za-z][\\w-]*(?:\\.[A-Za-z][\\w-]*)*\\.(?:com|org|net|"
           u"edu|gov|io|cn|uk|ai|dev|app)(?:/[\\w/-]+)?(?![\\w])",
           as_address);
  add_rule(rules, u"(?<![\\w/.])(?:/[A-Za-z_][\\w.-]*){2,}/?", as_address);
  add_rule(rules, u"(?<![\\d.])(\\d{1,3}(?:\\.\\d{1,3}){3}):(\\d{2,5})(?!\\d)",
           [](const Groups& m) { return dotted(m[1]) + " colon " + digit_by_digit(m[2]); });
}

namespace {

/// Letters with a number behind them that name a thing: CA1501, AB-1234, RTX4090.
void add_serials(RewriteRules* rules) {
  add_rule(rules, u"\\b([A-Z])-(\\d{1,3})s\\b", [](const Groups& m) {  // B-52s
    const std::string number = cardinal(m[2]);
    const bool tens = number.back() == 'y';
    return m[1] + " " + (tens ? number.substr(0, number.size() - 1) : number) +
           (tens                   ? "ies"
            : number.back() == 'x' ? "es"
                                   : "s");
  });
  add_rule(rules, u"\\b(7[0-8]7)-(\\d{1,3})(?![\\d-])",  // Boeing's
           [](const Groups& m) { return paired(m[1]) + " " + cardinal(m[2]); });
  rules->add(u"(?<=[A-Za-z]\\d|[A-Za-z]\\d\\d)-(?=\\d)", u" ");  // i7-13700
  add_rule(rules,
           u"(?<![\\w$&-])(?!USD|EUR|GBP|RMB|CNY|HKD|JPY|CAD|AUD|AD|BC|TOP|NT)([A-Z]{1,5})-?"
           u"(\\d{3,})(?![\\d.,:/]*\\d|[A-Za-z%])",
           [](const Groups& m) {
             const std::string digits = m[2];
             const bool spelled = digits.size() > 4 || digits[0] == '0';
             return m[1] + " " + (spelled ? digit_by_digit(digits) : paired(digits));
           });
}

/// 10x15 cm, 3m x 4m, 2x faster. With an equals sign behind, x is a product.
void add_crosses(RewriteRules* rules) {
  rules->add(u"(?<=\\d)\\s?[x×]\\s?(?=\\d[\\d.,]*(?:\\s?[-+x×*/÷]\\s?\\d[\\d.,]*)*\\s*=)",
             u" times ");
  rules->add(u"(?<=\\d)(?<!\\b0)x(?=\\d)", u" by ");
  rules->add(u"(?<=\\d[m\"'′″]|\\d (?:cm|mm|km|ft|in)|\\d(?:cm|mm|km|ft|in)|\\d m)\\s?x\\s?(?=\\d)",
             u" by ");
  add_rule(rules, u"(?<![=+*/-]\\s)(?<![=+*/\\w.-])(\\d+(?:\\.\\d+)?)x(?![\\w^]|\\s*[-+=*/])",
           [](const Groups& m) { return m[1] + " times"; });
}

}  // namespace

void add_abbreviations(RewriteRules* rules) {
  rules->add(u"\\bC#", u"C sharp");
  add_serials(rules);
  rules->add(u"(?<=\\d)[vV](?=\\d)", u" v ");  // 1v1
  add_crosses(rules);
  rules->add(u"(?<![\\w~])~\\s?(?=[$£€]?\\d)", u"about ");
  // "30 min. later": the full stop ends no sentence.
  add_rule(rules, u"(\\d\\s?(?:min|sec|hr)s?)\\.(?=\\s+[a-z])",
           [](const Groups& m) { return m[1]; });
  // 3e8, but no part of a serial number
  add_rule(rules, u"(?<![\\w.])(\\d+(?:\\.\\d+)?)[eE]([-+−]?)(\\d{1,3})(?!\\w|\\.\\d)",
           [](const Groups& m) {
             const std::string sign = m[2];
             return decimal(m[1]) + " times ten to the power of " +
                    (sign.empty() || sign == "+" ? "" : "minus ") + cardinal(m[3]);
           });
  rules->add(u"(?<=[A-Za-z])(?=\\d)", u" ");
  add_rule(rules, u"([A-Z][a-z]{1,20}\\s)Dr\\.(?=\\s*(?:$|[,.;]))",
           [](const Groups& m) { return m[1] + "Drive."; });
  for (const Abbreviation& a : kAbbreviations) {
    const std::string words = a.words;
    add_rule(rules, a.pattern, [words](const Groups&) { return words; });
  }
  rules->add(u"(?<=\\.[A-Z])\\.(?=\\s+[a-z(])", u"");  // the U.S. and
  // J.K. Rowling, George W. Bush: initials end no sentence.
  add_rule(rules, u"\\b(?!U\\.[SKN]|[AP]\\.M|P\\.S|D\\.C)([A-Z]\\.\\s?[A-Z])\\.(?=\\s+[A-Z][a-z])",
           [](const Groups& m) { return m[1]; });
  add_rule(rules,
           u"\\b(?!Plan|Vitamin|Part|Type|Class|Grade|Group|Section|Option|Appendix|Exhibit|Step)"
           u"([A-Z][a-z]+ [A-Z])\\.(?=\\s+[A-Z][a-z]+)",
           [](const Groups& m) { return m[1]; });
  rules->add(u"(?<=^|\\s)\\.(?=[A-Z]{2,}\\b)", u"dot ");
}

}  // namespace myna::text::en
