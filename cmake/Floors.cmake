# A floor is one folder of src/ built as one static library. Its PUBLIC dependencies are the lower
# floors it may see; scripts/check_floors.sh verifies that includes follow the same order.
#
#   myna_floor(audio DEPENDS base LIBS SndFile::sndfile)          -> target myna_audio from src/audio
#   myna_floor(compute/cpu DEPENDS compute tensor LIBS dnnl)      -> target myna_compute_cpu
function(myna_floor folder)
  cmake_parse_arguments(FLOOR "" "" "DEPENDS;LIBS;PRIVATE_LIBS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cc
                                      ${CMAKE_SOURCE_DIR}/src/${folder}/*/*.cc)
  if(folder STREQUAL "compute")
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/compute/*.cc)
  endif()
  if(NOT sources)
    add_library(myna_${name} INTERFACE)
    set(scope INTERFACE)
  else()
    add_library(myna_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(myna_${name} PRIVATE myna_options ${FLOOR_PRIVATE_LIBS})
  endif()
  target_include_directories(myna_${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  foreach(dep IN LISTS FLOOR_DEPENDS)
    target_link_libraries(myna_${name} ${scope} myna_${dep})
  endforeach()
  target_link_libraries(myna_${name} ${scope} ${FLOOR_LIBS})
endfunction()

# myna_floor_tests(audio) -> executable myna_audio_tests from tests/audio/*_test.cc, one ctest entry
# per test case. MYNA_TEST_DATA is the tests/data folder, MYNA_SOURCE_DIR the repository root.
function(myna_floor_tests folder)
  cmake_parse_arguments(TESTS "" "" "LIBS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/*_test.cc)
  if(NOT sources)
    return()
  endif()
  file(GLOB helpers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/*_support.cc)
  add_executable(myna_${name}_tests ${sources} ${helpers})
  target_link_libraries(myna_${name}_tests PRIVATE myna_options ${TESTS_LIBS} GTest::gmock
                                                   GTest::gtest_main)
  target_include_directories(myna_${name}_tests PRIVATE ${CMAKE_SOURCE_DIR}/src
                                                        ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(
    myna_${name}_tests PRIVATE MYNA_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data"
                               MYNA_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                               MYNA_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(myna_${name}_tests DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 900)
endfunction()
