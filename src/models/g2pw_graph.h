// The published g2pW, g2pW.onnx, as named tensors. Exporters give most parameters their PyTorch
// names, but matrices are folded with their transposition and get a number for a name; these are
// found by what the graph's nodes do with them:
//
//   Add(MatMul(x, W), NAME.bias)    in either order      W is [in, out], of any name; or the
//                                                        Transpose of an initialiser [out, in]
//   Gemm(x, W, NAME.bias)                                W is [out, in] with transB, else [in, out]
//
// Embeddings, norms, biases and descriptors must have their PyTorch names ("bert.embeddings...").
// The epsilon of the norms is that of Sqrt(Add(ReduceMean(...), epsilon)) or of LayerNormalization;
// the size of a head is the square of what attention scores are divided by before their Softmax
// (with an Add, the mask, between or not). Constants may be initialisers or Constant nodes.
#pragma once

#include "models/g2pw.h"
#include "tensor/onnx_file.h"

namespace myna::models {

/// Throws Error(kInvalidModel) naming `subject` and what is missing or does not fit,
/// Error(kUnsupported) for graphs whose weights are quantised or whose layers a runtime has fused,
/// and for another kind of attention or activation.
PublishedG2pw read_g2pw_graph(const tensor::OnnxModel& model, const std::string& subject);

}  // namespace myna::models
