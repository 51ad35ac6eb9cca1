// Field numbers of onnx.proto3 that the reader and the writer of ONNX files know.
#pragma once

#include <cstdint>

namespace myna::tensor::onnx {

enum Wire : uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// ModelProto
inline constexpr uint32_t kModelVersion = 1, kModelProducer = 2, kModelGraph = 7,
                          kModelOperators = 8, kModelMetadata = 14;
inline constexpr uint32_t kOperatorsVersion = 2;          // OperatorSetIdProto
inline constexpr uint32_t kEntryKey = 1, kEntryText = 2;  // StringStringEntryProto
// GraphProto
inline constexpr uint32_t kGraphNode = 1, kGraphName = 2, kGraphInitializer = 5,
                          kGraphDescription = 10, kGraphInput = 11, kGraphOutput = 12,
                          kGraphSparseInitializer = 15;
// NodeProto and AttributeProto
inline constexpr uint32_t kNodeInput = 1, kNodeOutput = 2, kNodeName = 3, kNodeType = 4,
                          kNodeAttribute = 5;
inline constexpr uint32_t kAttributeName = 1, kAttributeFloat = 2, kAttributeInt = 3,
                          kAttributeText = 4, kAttributeTensor = 5, kAttributeInts = 8,
                          kAttributeType = 20;
// ValueInfoProto, TypeProto, TypeProto.Tensor, TensorShapeProto and its Dimension
inline constexpr uint32_t kValueName = 1, kValueType = 2, kTypeTensor = 1, kTypeElement = 1,
                          kTypeShape = 2, kShapeSize = 1, kSizeValue = 1, kSizeSymbol = 2;
// TensorProto
inline constexpr uint32_t kDims = 1, kDataType = 2, kSegment = 3, kFloatData = 4, kInt32Data = 5,
                          kInt64Data = 7, kName = 8, kRawData = 9, kDoubleData = 10,
                          kUint64Data = 11, kExternalData = 13, kDataLocation = 14;

}  // namespace myna::tensor::onnx
