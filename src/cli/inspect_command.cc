// myna inspect: what a file of weights is, without importing it.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "base/error.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "models/checkpoint_kind.h"
#include "tensor/byte_reader.h"
#include "voice/import.h"

namespace myna::cli {
namespace {

struct InspectArguments {
  std::vector<std::string> files;
  bool all_tensors = false;
  bool json = false;
};

/// A name from the file as it may be printed: control characters and broken text are escaped.
std::string plain(const std::string& name) {
  const bool harmless =
      !find_invalid_utf8(name) &&
      std::none_of(name.begin(), name.end(), [](char c) { return uint8_t(c) < 0x20 || c == 0x7F; });
  return harmless ? name : tensor::shown(name);
}

struct Totals {
  int64_t values = 0;
  uint64_t bytes = 0;
  std::map<std::string, int64_t> tensors_by_dtype;
};

Totals totals_of(const models::Checkpoint& file) {
  Totals totals;
  for (const auto& [name, entry] : file.entries()) {
    const int64_t count = tensor::element_count(entry.shape);
    totals.values += count;
    totals.bytes += uint64_t(count) * tensor::dtype_size(entry.dtype);
    ++totals.tensors_by_dtype[std::string(tensor::dtype_name(entry.dtype))];
  }
  return totals;
}

/// Tensors by the first part of their names: how many and how many values.
std::map<std::string, std::pair<int64_t, int64_t>> groups_of(const models::Checkpoint& file) {
  std::map<std::string, std::pair<int64_t, int64_t>> groups;
  for (const auto& [name, entry] : file.entries()) {
    size_t point = name.find('.');
    if (name.starts_with("model.") && point != std::string::npos) point = name.find('.', point + 1);
    auto& [count, values] = groups[name.substr(0, point)];
    ++count;
    values += tensor::element_count(entry.shape);
  }
  return groups;
}

Json inspection_json(const models::Checkpoint& file, const models::CheckpointIdentity& identity,
                     bool all_tensors) {
  const Totals totals = totals_of(file);
  Json json = {{"file", file.subject()},
               {"container", file.container()},
               {"mark", file.mark()},
               {"kind", models::describe(identity)},
               {"version", identity.version},
               {"lora_rank", identity.lora_rank},
               {"resume_file", identity.resume},
               {"reasons", identity.reasons},
               {"doubts", identity.doubts},
               {"tensors", file.entries().size()},
               {"values", totals.values},
               {"bytes", totals.bytes},
               {"dtypes", totals.tensors_by_dtype},
               {"info", file.info()},
               {"config", file.config()},
               {"metadata", file.metadata()},
               {"other_keys", file.other_keys()},
               {"verdict", voice::import_verdict(identity)}};
  if (all_tensors) {
    Json list = Json::array();
    for (const auto& [name, entry] : file.entries()) {
      list.push_back(
          {{"name", name}, {"dtype", tensor::dtype_name(entry.dtype)}, {"shape", entry.shape}});
    }
    json["tensor_list"] = std::move(list);
  }
  return json;
}

void print_config(const Json& config) {
  if (!config.is_object()) return;
  std::cout << "configuration\n";
  for (const auto& [key, value] : config.items()) {
    if (!value.is_object()) {
      std::cout << fmt::format("  {} = {}\n", plain(key), value.dump());
      continue;
    }
    for (const auto& [inner, item] : value.items()) {
      std::cout << fmt::format("  {}.{} = {}\n", plain(key), plain(inner), item.dump());
    }
  }
}

void print_inspection(const models::Checkpoint& file, const models::CheckpointIdentity& identity,
                      bool all_tensors) {
  const Totals totals = totals_of(file);
  const std::string mark = file.mark().empty() ? "" : ", version mark \"" + file.mark() + "\"";
  std::cout << file.subject() << "\n"
            << "kind       " << models::describe(identity)
            << (identity.resume ? ", a file to resume a training from" : "") << "\n";
  for (const std::string& reason : identity.reasons) std::cout << "  because  " << reason << "\n";
  for (const std::string& doubt : identity.doubts) std::cout << "  but      " << doubt << "\n";
  std::cout << "container  " << file.container() << mark << "\n";
  if (!file.info().empty()) std::cout << "info       " << Json(file.info()).dump() << "\n";
  std::string dtypes;
  for (const auto& [name, count] : totals.tensors_by_dtype) {
    dtypes += fmt::format("{}{} x {}", dtypes.empty() ? "" : ", ", count, name);
  }
  std::cout << fmt::format("tensors    {} ({}), {:.2f} million values, {:.1f} MB\n",
                           file.entries().size(), dtypes, double(totals.values) / 1e6,
                           double(totals.bytes) / 1e6);
  if (all_tensors) {
    for (const auto& [name, entry] : file.entries()) {
      std::cout << fmt::format("  {:<5} {} {}\n", tensor::dtype_name(entry.dtype), plain(name),
                               tensor::shape_string(entry.shape));
    }
  } else {
    for (const auto& [name, group] : groups_of(file)) {
      std::cout << fmt::format("  {:>5} x {:<28} {:>9.3f} million values\n", group.first,
                               plain(name), double(group.second) / 1e6);
    }
  }
  print_config(file.config());
  std::cout << "verdict    " << voice::import_verdict(identity) << "\n";
}

void run_inspect(const InspectArguments& arguments, int& exit_code) {
  for (const std::string& path : arguments.files) {
    try {
      const models::Checkpoint file = models::Checkpoint::open(path);
      const models::CheckpointIdentity identity = models::identify(file);
      if (arguments.json) {
        std::cout << inspection_json(file, identity, arguments.all_tensors)
                         .dump(2, ' ', false, Json::error_handler_t::replace)
                  << "\n";
      } else {
        print_inspection(file, identity, arguments.all_tensors);
      }
    } catch (const Error& error) {
      // The others are still looked at; what this one is was found out all the same.
      if (arguments.files.size() == 1 && !arguments.json) throw;
      exit_code = kExitFailure;
      if (arguments.json) {
        const Json json = {
            {"file", path}, {"error", error_code_name(error.code())}, {"verdict", error.message()}};
        std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
      } else {
        std::cerr << "myna: " << error.what() << "\n";
      }
    }
  }
}

}  // namespace

void add_inspect_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App* inspect = app.add_subcommand("inspect", "Say what a file of model weights is");
  inspect->footer(
      "Examples:\n"
      "  myna inspect me_e8_s320.pth\n"
      "  myna inspect --tensors s2G2333k.pth\n"
      "  myna inspect --json *.ckpt *.pth\n"
      "\n"
      "Reads torch checkpoints (.ckpt, .pth, .bin, .pt), safetensors and ONNX files as data:\n"
      "nothing in them is executed. Prints kind, version and why, sizes, configuration, tensors\n"
      "and whether `myna import` can use the file.");
  inspect->add_option("file", arguments->files, "File of weights")->required()->type_name("FILE");
  inspect->add_flag("--tensors", arguments->all_tensors, "List every tensor");
  inspect->add_flag("--json", arguments->json, "Print one JSON object per file");
  inspect->callback([arguments, &exit_code] { run_inspect(*arguments, exit_code); });
}

}  // namespace myna::cli
