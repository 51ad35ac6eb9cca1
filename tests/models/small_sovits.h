// The sizes of a SoVITS that tests build in milliseconds.
#pragma once

#include "base/json.h"

namespace myna::models {

/// `decoder`: the "decoder" object of the configuration. 32 samples a frame, at 1600 Hz.
inline Json small_sovits_config(const Json& decoder) {
  Json model = {{"inter_channels", 16},
                {"hidden_channels", 16},
                {"filter_channels", 32},
                {"n_heads", 2},
                {"n_layers", 2},
                {"kernel_size", 3},
                {"p_dropout", 0.1},
                {"gin_channels", 24},
                {"ssl_dim", 20},
                {"ssl_stride", 1},
                {"codebook_size", 30},
                {"n_symbols", 40},
                {"mrte_channels", 32},
                {"flow_layers", 2},
                {"posterior_layers", 2},
                {"style_hidden", 16},
                {"decoder", decoder},
                {"resblock", "1"},
                {"upsample_rates", {8, 4}},
                {"upsample_kernel_sizes", {16, 8}},
                {"upsample_initial_channel", 32},
                {"resblock_kernel_sizes", {3, 5}},
                {"resblock_dilation_sizes", {{1, 3}, {1, 2}}}};
  return {{"data", {{"sampling_rate", 1600}, {"filter_length", 64}, {"hop_length", 32}}},
          {"model", model}};
}

}  // namespace myna::models
