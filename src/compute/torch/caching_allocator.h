// Memory for tensors on the processor, kept for reuse. A training step allocates the same few
// thousand large blocks again and again; giving them back to the C library each time costs page
// faults and long searches of its free lists.
#pragma once

namespace myna::compute {

/// Makes libtorch take large CPU blocks (256 KiB and more) from a cache of this process. Idle
/// blocks are kept up to a fifth of the machine's memory. Idempotent and thread-safe.
void install_caching_allocator();

}  // namespace myna::compute
