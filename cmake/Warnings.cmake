# Warnings and sanitizers shared by every target of this repository.
add_library(myna_options INTERFACE)
target_compile_options(myna_options INTERFACE -Wall -Wextra -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns about overlapping copies inside std::string that cannot happen (GCC bug 105651).
  target_compile_options(myna_options INTERFACE -Wno-restrict)
endif()
if(MYNA_WERROR)
  target_compile_options(myna_options INTERFACE -Werror)
endif()
if(MYNA_SANITIZE)
  target_compile_options(myna_options INTERFACE -fsanitize=${MYNA_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(myna_options INTERFACE -fsanitize=${MYNA_SANITIZE})
endif()
