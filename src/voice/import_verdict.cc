// What can be done with a recognised file.
#include "voice/import.h"

namespace myna::voice {

std::string import_verdict(const models::CheckpointIdentity& id) {
  using models::NetworkKind;
  if (id.resume) {
    return "not for speaking: it resumes a training; import the finished model from the folder of "
           "weights (GPT_weights..., SoVITS_weights...)";
  }
  switch (id.kind) {
    case NetworkKind::kT2s:
      return "can be imported: myna import --gpt FILE --sovits ...";
    case NetworkKind::kSovits:
      return "can be imported: myna import --gpt ... --sovits FILE";
    case NetworkKind::kSovitsCfm:
      if (!id.version.empty()) return "can be imported: myna import --gpt ... --sovits FILE";
      return "recognised, but neither its tensors nor its configuration tell v3 from v4, which "
             "make sound at different rates; import a file that says it";
    case NetworkKind::kSovitsLora:
      return "can be imported: myna import --gpt ... --sovits FILE; its base must be there too, " +
             (id.version == "v4"   ? std::string("gsv-v4-pretrained/s2Gv4.pth")
              : id.version == "v3" ? std::string("s2Gv3.pth")
                                   : std::string("s2Gv3.pth or gsv-v4-pretrained/s2Gv4.pth"));
    case NetworkKind::kDiscriminator:
      return "only for training (s2D...); the voice is in the generator (s2G... or SoVITS_weights)";
    case NetworkKind::kHubert:
    case NetworkKind::kRoberta:
    case NetworkKind::kG2pw:
    case NetworkKind::kEres2net:
    case NetworkKind::kBigvgan:
    case NetworkKind::kV4Vocoder:
      return "a part that voices share; convert its folder with: myna import --base DIR";
    case NetworkKind::kMyna:
      return "a model of this program, nothing to import";
    case NetworkKind::kUnknown:
      break;
  }
  return "not usable here";
}

}  // namespace myna::voice
