// Share of the words of a dictionary that letter-to-sound reads right.
//
//   evaluate MODEL.lex DICTIONARY.tsv
#include <cstdio>
#include <fstream>
#include <string>

#include "text/en/letter_ngrams.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: evaluate MODEL.lex DICTIONARY.tsv\n");
    return 2;
  }
  const myna::text::en::LetterNgrams lts(argv[1]);
  auto plain = [](std::string s) {
    std::erase_if(s, [](char c) { return c >= '0' && c <= '2'; });
    return s;
  };
  size_t words = 0, right = 0, right_plain = 0;
  std::ifstream in(argv[2]);
  for (std::string line; std::getline(in, line); ++words) {
    size_t tab = line.find('\t');
    std::string said;
    for (const std::string& p : lts.read(line.substr(0, tab)))
      said += (said.empty() ? "" : " ") + p;
    std::string wanted = line.substr(tab + 1);
    right += said == wanted;
    right_plain += plain(said) == plain(wanted);
  }
  std::printf("letter-to-sound: %.1f %% of %zu unseen words right, %.1f %% without stress\n",
              100.0 * double(right) / double(words), words,
              100.0 * double(right_plain) / double(words));
}
