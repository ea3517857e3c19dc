# SPDX-License-Identifier: Apache-2.0
# How the project's own targets are compiled.

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
  endif()
  find_program(MYNAH_CCACHE ccache)
  if(MYNAH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${MYNAH_CCACHE}")
  endif()
  find_program(MYNAH_MOLD mold)
  if(MYNAH_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
  # Programs in one place, where the scripts in tools/ look for them.
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  # Programs and libraries find the shared libraries installed beside them.
  file(RELATIVE_PATH mynah_bin_to_lib
    "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
  set(CMAKE_INSTALL_RPATH "$ORIGIN;$ORIGIN/${mynah_bin_to_lib}")
endif()

# Static libraries may end in somebody's shared one.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# mynah_compile_options(<target>): language level and warnings of our own code.
# Not among the warnings: -Wnull-dereference, which reports what Asio's coroutines do not do.
# Nor -Wrestrict of g++ 12, which misreads std::string at -O3.
# Nor -Wmismatched-new-delete of g++ 14: Asio's coroutine frames come from its own operator new.
# Nor -Wdeprecated-declarations of clang: libstdc++ 12's own std::stable_sort uses what it deprecates.
# Nor -Wmaybe-uninitialized under a sanitizer: g++ then reports what only the added code seems to do.
function(mynah_compile_options target)
  string(FIND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG}" "-fsanitize" sanitized)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
    $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local;-Wno-mismatched-new-delete;-Wno-restrict>
    $<$<CXX_COMPILER_ID:Clang>:-Wshadow;-Wno-deprecated-declarations>
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<EQUAL:${sanitized},-1>>>:-Wno-maybe-uninitialized>
    $<$<BOOL:${MYNAH_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

# mynah_add_library(<name> [ALIAS <alias>] [STATIC] SOURCES ... [PUBLIC libs ...] [PRIVATE libs ...])
# A library target mynah_<name>, exported as mynah::<alias or name>. Libraries of somebody else that
# it links must be declared in MynahDependencies.cmake.
function(mynah_add_library name)
  cmake_parse_arguments(arg "STATIC" "ALIAS" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  if(NOT arg_ALIAS)
    set(arg_ALIAS ${name})
  endif()
  set(kind "")
  if(arg_STATIC)
    set(kind STATIC)
  endif()
  mynah_find(${arg_PUBLIC} ${arg_PRIVATE})
  add_library(mynah_${name} ${kind} ${arg_SOURCES})
  add_library(mynah::${arg_ALIAS} ALIAS mynah_${name})
  mynah_compile_options(mynah_${name})
  mynah_precompile(mynah_${name} library)
  target_link_libraries(mynah_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  if(name STREQUAL "core")
    set(file mynah)
  else()
    set(file mynah-${name})
  endif()
  set_target_properties(mynah_${name} PROPERTIES
    OUTPUT_NAME ${file}
    EXPORT_NAME ${arg_ALIAS}
    # No -Dmynah_core_EXPORTS: static and shared builds then compile the same, and share a ccache.
    DEFINE_SYMBOL ""
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set_property(GLOBAL APPEND PROPERTY MYNAH_LIBRARIES ${name})
  set_property(GLOBAL APPEND PROPERTY MYNAH_HEADER_ROOTS ${PROJECT_SOURCE_DIR}/include)
endfunction()

# mynah_add_plugin(<name> ENTRY <function> SOURCES ... [PUBLIC libs ...] [PRIVATE libs ...])
# A plugin: library mynah::<name> whose public headers are in include/ beside its CMakeLists.txt, and
# whose entry function (`mynah::<name>::plugin`, declared in <mynah/<name>.hpp>) mynah_link_plugins
# registers.
function(mynah_add_plugin name)
  cmake_parse_arguments(arg "" "ENTRY" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  mynah_add_library(${name} SOURCES ${arg_SOURCES} PUBLIC mynah::mynah ${arg_PUBLIC}
    PRIVATE ${arg_PRIVATE})
  target_include_directories(mynah_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  set_target_properties(mynah_${name} PROPERTIES
    MYNAH_PLUGIN_ENTRY ${arg_ENTRY}
    EXPORT_PROPERTIES MYNAH_PLUGIN_ENTRY)
  set_property(GLOBAL APPEND PROPERTY MYNAH_PLUGINS ${name})
  set_property(GLOBAL APPEND PROPERTY MYNAH_HEADER_ROOTS ${CMAKE_CURRENT_SOURCE_DIR}/include)
endfunction()
