# SPDX-License-Identifier: Apache-2.0
# libedit has only a pkg-config file. Defines libedit::libedit.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_LIBEDIT QUIET libedit)
endif()
find_path(libedit_INCLUDE_DIR editline/readline.h HINTS ${PC_LIBEDIT_INCLUDE_DIRS})
find_library(libedit_LIBRARY edit HINTS ${PC_LIBEDIT_LIBRARY_DIRS})
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libedit REQUIRED_VARS libedit_LIBRARY libedit_INCLUDE_DIR)
if(libedit_FOUND AND NOT TARGET libedit::libedit)
  add_library(libedit::libedit UNKNOWN IMPORTED)
  set_target_properties(libedit::libedit PROPERTIES
    IMPORTED_LOCATION "${libedit_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${libedit_INCLUDE_DIR}")
  if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
    set_target_properties(libedit::libedit PROPERTIES IMPORTED_GLOBAL TRUE)
  endif()
endif()
mark_as_advanced(libedit_INCLUDE_DIR libedit_LIBRARY)
