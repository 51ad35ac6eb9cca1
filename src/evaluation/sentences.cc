#include "evaluation/sentences.h"

namespace myna::evaluation {
namespace {

constexpr const char* kEnglish[] = {
    "The teacher opened the window because the room was warm.",
    "We took the early train and reached the city before noon.",
    "My brother keeps three cameras in a wooden box.",
    "She poured the coffee slowly and looked at the garden.",
    "Nobody knew why the lights went out last night.",
    "Please put the yellow envelope under the door.",
    "The children were singing while their father cooked dinner.",
    "It takes twenty minutes to walk around the lake.",
    "A good story should surprise you at least once.",
    "They bought fresh bread, cheese, and a bottle of water.",
    "I would rather stay home and finish this book.",
    "The old bridge was closed after the heavy rain.",
    "Does your office have a quiet place to think?",
    "He wrote her a long letter about the journey.",
    "Every choice we make has a price to pay.",
    "The doctor asked him to breathe deeply and relax.",
    "Our neighbors are planning a big party on Saturday.",
    "You can see the mountains when the sky is clear.",
    "This machine measures the pressure of the air.",
    "Thank you for joining us, and have a pleasant evening.",
};

constexpr const char* kMandarin[] = {
    "老师说明天早上八点在学校门口集合。",
    "这家饭店的菜又便宜又好吃。",
    "请把窗户打开，房间里太热了。",
    "我昨天在图书馆借了三本书。",
    "他们坐火车去北京看望朋友。",
    "孩子们在公园里高兴地唱歌。",
    "这个问题很重要，我们需要认真讨论。",
    "医生让他多喝水，好好休息。",
    "去年冬天的雪下得特别大。",
    "公司决定下个月推出新产品。",
    "妈妈正在厨房准备晚饭。",
    "请问从这里到机场要多长时间？",
    "音乐会七点半开始，别迟到。",
    "他的中文说得越来越流利了。",
    "市场上的水果都很新鲜。",
    "科学家发现了一种新的植物。",
    "我们应该保护环境，节约用水。",
    "这条路两边种满了树。",
    "经过努力，她终于通过了考试。",
    "谢谢大家的支持，我们下次再见。",
};

}  // namespace

std::span<const char* const> english_sentences() { return kEnglish; }
std::span<const char* const> mandarin_sentences() { return kMandarin; }

}  // namespace myna::evaluation
