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
    {u"\\be\\.\\s?g\\.", "for example"},
    {u"\\bi\\.\\s?e\\.", "that is"},
    {u"\\bapprox\\.", "approximately"},
    {u"\\bNo\\.(?=\\s?\\d)", "number"},
    {u"\\bpp\\.(?=\\s?\\d)", "pages"},
    {u"\\bp\\.(?=\\s?\\d)", "page"},
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

void add_abbreviations(RewriteRules* rules) {
  rules->add(u"\\bC#", u"C sharp");
  rules->add(u"(?<=[A-Za-z])(?=\\d)", u" ");
  add_rule(rules, u"([A-Z][a-z]{1,20}\\s)Dr\\.(?=\\s*(?:$|[,.;]))",
           [](const Groups& m) { return m[1] + "Drive."; });
  for (const Abbreviation& a : kAbbreviations) {
    const std::string words = a.words;
    add_rule(rules, a.pattern, [words](const Groups&) { return words; });
  }
}

}  // namespace myna::text::en
